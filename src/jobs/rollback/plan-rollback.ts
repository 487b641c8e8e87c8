import type { ApplyStep } from '../../domain/apply.ts';
import type { CompiledMigration } from '../../domain/migration.ts';
import type { Plan } from '../../domain/plan.ts';
import { findHazards } from '../../hazards/find-hazards.ts';
import { buildPlan } from '../../plan/build-plan.ts';
import type { RollbackRecord } from '../../ports/records.ts';
import type { TargetState } from '../../ports/target.ts';
import type { Environment } from '../environment.ts';
import { readFolder } from '../planning/read-folder.ts';
import { baselineFromStart, baselineOf } from '../planning/compile-folder.ts';
import { startIn } from '../planning/start-in.ts';
import { compiler } from '../planning/compiler.ts';
import { anotherDatabase } from '../applying/hold-requests.ts';
import { holdEnvironment } from '../applying/holds.ts';
import { isSameDatabase } from '../same-database.ts';
import { standingMigrations } from '../planning/standing.ts';
import { applyStep, planStep } from '../planning/steps.ts';
import type { Tools } from '../tools.ts';
import { tryOnShadow } from '../planning/try-on-shadow.ts';
import { inTheWay, landAgain, laterThan, withoutDown } from './in-the-way.ts';
import { lossesOf } from './losses.ts';
import { whyNotApart } from './stand-apart.ts';

/** What a rollback would run, or why it cannot. */
export type RollbackPlan =
  | {
      readonly kind: 'ready';
      readonly plan: Plan;
      readonly steps: readonly ApplyStep[];
      /** What would be lost, one sentence each; empty where nothing is. */
      readonly losses: readonly string[];
    }
  | { readonly kind: 'refused'; readonly reasons: readonly string[] };

/**
 * Plans to take back `migrations`, newest first, with the down statements that the ledger kept when they ran,
 * tried on a shadow of what the target has now. Where another database answers than before, the environment goes on hold.
 */
export async function planRollback(
  environment: Environment,
  migrations: readonly string[],
  state: TargetState,
  tools: Tools,
  signal: AbortSignal,
): Promise<RollbackPlan> {
  if (!(await isSameDatabase(environment, state, tools))) return refuseElsewhere(environment, tools);
  const without = withoutDown(migrations, state);
  if (without.length > 0) return { kind: 'refused', reasons: without };
  const { host, policy, settings } = environment;
  const folder = readFolder(await host.list(policy.branch, settings.directory), settings);
  const compile = compiler({ settings, reader: host }, tools, signal);
  const input = {
    settings,
    base: folder,
    desired: folder,
    actual: tools.memory.recorded(state),
    memory: tools.memory,
  };
  const standing = standingMigrations(input, compile);
  const names = state.history.map(({ name }) => name);
  const removes = await standing.compiled(names.filter((name) => migrations.includes(name)).reverse());
  const files = folder.files.map(({ name }) => name);
  const question = { actual: names, baseline: names, files, adds: [] };
  const begins = await startIn(host, policy, settings, tools)?.(question, signal);
  if (begins?.kind === 'problem') return { kind: 'refused', reasons: [begins.problem.message] };
  const held =
    begins?.kind === 'start' ? baselineFromStart(standing, names, begins.start) : baselineOf(standing, names);
  const { server, caution } = await tools.shadows.for(state.versionNumber);
  const baseline = { ...held, settings, roles: state.roles };
  const downs = removes.migrations.map((migration) => withKeptDown(migration, state));
  const later = laterThan(migrations, names);
  if (later.length > 0) {
    const left = names.filter((name) => !migrations.includes(name));
    const rest =
      begins?.kind === 'start' ? baselineFromStart(standing, left, begins.start) : baselineOf(standing, left);
    const question = { all: baseline, without: { ...baseline, ...rest }, removes: downs };
    const why = await whyNotApart(question, server, signal);
    if (why !== null) return { kind: 'refused', reasons: [inTheWay(later, why, names, migrations)] };
  }
  const trial = await tryOnShadow(
    {
      baseline,
      removes: downs,
      adds: [],
      recompile: (compiled) => Promise.resolve({ compiled }),
    },
    { shadow: server },
    signal,
  );
  const steps = trial.attempts.map(planStep);
  const hazards = await findHazards(steps, tools.clock(), new Map());
  const plan = buildPlan({
    environment: environment.policy.name,
    settings: environment.settings,
    steps,
    goesFirst: [],
    problems: trial.problems,
    hazards,
    reversibility: [],
    schemaDiff: trial.schemaDiff,
    cautions: caution === null ? [] : [caution],
    notes: [
      ...(begins?.kind === 'start' ? [begins.note] : []),
      ...(later.length === 0
        ? []
        : removes.migrations.map((migration) => landAgain(migration, names, later))),
    ],
  });
  if (plan.problems.length > 0) {
    return {
      kind: 'refused',
      reasons: plan.problems.map(({ message, detail }) => withDetail(message, detail)),
    };
  }
  const losses = await lossesOf(environment.key, plan, tools);
  return { kind: 'ready', plan, steps: trial.attempts.map(applyStep), losses };
}

/** A rollback that was interrupted goes on with what it has not taken back yet. */
export function stillThere(
  record: RollbackRecord,
  history: readonly { readonly name: string }[],
): readonly string[] {
  const names = new Set(history.map(({ name }) => name));
  return record.migrations.filter((name) => names.has(name));
}

function withDetail(message: string, detail: string | undefined): string {
  return detail === undefined ? message : `${message} ${detail}`;
}

/** The hold is what `/retry` answers to, where the database was moved on purpose. */
async function refuseElsewhere(environment: Environment, tools: Tools): Promise<RollbackPlan> {
  const request = anotherDatabase(environment, { commit: null, pullRequest: null });
  const { message, waysOut } = await holdEnvironment(environment.key, request, tools);
  return { kind: 'refused', reasons: [message, ...waysOut] };
}

/** An adopted migration's down is the one that was compiled when it was adopted. */
function withKeptDown(migration: CompiledMigration, { ledger }: TargetState): CompiledMigration {
  const kept = ledger.find(({ name }) => name === migration.name);
  return kept === undefined ? migration : { ...migration, up: kept.up, down: kept.down };
}
