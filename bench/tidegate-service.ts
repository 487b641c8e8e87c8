import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { defaultMigrationSettings as settings } from '../src/domain/migration.ts';
import type { Plan } from '../src/domain/plan.ts';
import { makePlan } from '../src/jobs/planning/make-plan.ts';
import type { PlanningTools } from '../src/jobs/planning/plan-input.ts';
import { createPlanMemory } from '../src/jobs/planning/plan-memory.ts';
import { openSandbox, readyForPlans } from '../src/migrations/sandbox/sandbox.ts';
import type { ContentCache } from '../src/ports/cache.ts';
import { rememberingCache } from '../src/service/remembering-cache.ts';
import { openShadowServer } from '../src/shadow/shadow-server.ts';
import { shadowServers, type ShadowSource } from '../src/shadow/shadow-servers.ts';
import { fileName, history, pendingMigration, scriptFile, sqlFile, treeOf, treeWith } from './histories.ts';
import type { Scene } from './scene.ts';
import { openTarget } from './target.ts';

export type Kind = 'sql' | 'js';

export interface ServiceTools extends PlanningTools {
  /** The administrator's URL of the shadow server. */
  readonly shadowUrl: string;
}

/** The tools of a plan as the service holds them, on the bench's server; the stack closes them. */
export async function openPlanningTools({ server, log, stack }: Scene): Promise<ServiceTools> {
  const now = (): Date => new Date();
  const superuserUrl = server.url('postgres');
  const shadow = stack.opened(
    'shadow',
    await openShadowServer({ superuserUrl, newId: randomUUID, now, log }),
    (open) => open.close(),
  );
  const sandbox = stack.opened('sandbox', openSandbox(readyForPlans), (open) => open.close());
  const cache = rememberingCache(storeOf(new Map()));
  const others = (): Promise<readonly ShadowSource[]> => Promise.resolve([]);
  const shadows = shadowServers({ preferred: shadow, others, installable: [], log });
  const shadowUrl = shadow.adminUrl('postgres');
  return { cache, sandbox, memory: createPlanMemory(), shadows, clock: now, log, shadowUrl };
}

/** In the place of the control database's table. */
function storeOf(values: Map<string, string>): ContentCache {
  return {
    get: (key) => Promise.resolve(values.get(key) ?? null),
    getMany: (keys) => Promise.resolve(new Map(keys.flatMap((key) => entryOf(values, key)))),
    put: (key, value) => {
      values.set(key, value);
      return Promise.resolve();
    },
  };
}

function entryOf(values: ReadonlyMap<string, string>, key: string): readonly (readonly [string, string])[] {
  const value = values.get(key);
  return value === undefined ? [] : [[key, value]];
}

export interface Timed {
  /** As `performance.now()` has it. */
  readonly from: number;
  /** In milliseconds. */
  readonly took: number;
}

/** Reads the target and plans one new pending migration after its history. */
export type PlanOnce = (kind: Kind, run: string) => Promise<Timed>;

/** How often a plan is made before any is measured: caches, copies and the compiler have then seen one. */
const warmUps = 3;
/** In which the copy that a plan took is made again. */
const pauseMs = 250;

/** Makes plans after a history of this length, warm. Throws where a plan finds anything wrong. */
export async function warmPlans(tools: PlanningTools, size: number, scene: Scene): Promise<PlanOnce> {
  const { signal } = scene;
  const migrations = history(size);
  const files = new Map(migrations.map((one) => [fileName(one, 'sql'), sqlFile(one)]));
  const target = await openTarget(scene, migrations);
  const base = treeOf(files);
  const once: PlanOnce = async (kind, run) => {
    const pending = pendingMigration(size, run);
    const text = kind === 'js' ? scriptFile(pending) : sqlFile(pending);
    const desired = treeWith(base, fileName(pending, kind), text);
    const from = performance.now();
    const actual = await target.read(tools.memory);
    const { plan } = await makePlan(
      {
        environment: 'dev',
        baseBranch: 'dev',
        settings,
        desired: desired.tree,
        base: base.tree,
        reader: desired,
        actual: actual.recorded,
        versionNumber: actual.versionNumber,
        roles: actual.roles,
        mayAskDatabase: false,
        problems: actual.problems,
        notes: [],
      },
      tools,
      signal,
    );
    const took = performance.now() - from;
    requireWhole(plan);
    return { from, took };
  };
  for (let run = 0; run < warmUps; run += 1) {
    for (const kind of ['sql', 'js'] as const) {
      await once(kind, `warm_up_${kind}_${run}`);
      await sleep(pauseMs, undefined, { signal });
    }
  }
  return once;
}

/** A plan that stopped half-way would be a fast one. */
function requireWhole(plan: Plan): void {
  const [problem] = plan.problems;
  if (problem !== undefined) throw new Error(`the plan has a problem: ${problem.message}`);
  if (plan.reversibility.length !== 1) throw new Error('the plan was expected to prove its one way back');
}
