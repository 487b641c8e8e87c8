import type { ApplyStep } from '../domain/apply.ts';
import type { CompiledMigration } from '../domain/migration.ts';
import type { Plan } from '../domain/plan.ts';
import { findHazards } from '../hazards/find-hazards.ts';
import { buildPlan } from '../plan/build-plan.ts';
import type { RollbackRecord } from '../ports/records.ts';
import type { TargetState } from '../ports/target.ts';
import type { Environment } from './environment.ts';
import { readFolder } from './read-folder.ts';
import { baselineFromStart, baselineOf } from './compile-folder.ts';
import { startIn } from './start-in.ts';
import { compiler } from './compiler.ts';
import { anotherDatabase } from './hold-requests.ts';
import { holdEnvironment } from './holds.ts';
import { isSameDatabase } from './same-database.ts';
import { standingMigrations } from './standing.ts';
import { applyStep, planStep } from './steps.ts';
import type { Tools } from './tools.ts';
import { tryOnShadow } from './try-on-shadow.ts';

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

/** Rules that say that data goes away with the statement. */
const lossRules: ReadonlySet<string> = new Set([
  'drop-column',
  'drop-table',
  'drop-schema',
  'truncate',
  'delete-without-where',
]);

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
  const reasons = reasonsAgainst(migrations, state);
  if (reasons.length > 0) return { kind: 'refused', reasons };
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
  const trial = await tryOnShadow(
    {
      baseline: { ...held, settings, roles: state.roles },
      removes: removes.migrations.map((migration) => withKeptDown(migration, state)),
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
    notes: [...(begins?.kind === 'start' ? [begins.note] : []), ...trial.notes],
  });
  if (plan.problems.length > 0) {
    return {
      kind: 'refused',
      reasons: plan.problems.map(({ message, detail }) => withDetail(message, detail)),
    };
  }
  const losses = hazards.filter(({ rule }) => lossRules.has(rule)).map(({ message }) => message);
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

function reasonsAgainst(migrations: readonly string[], state: TargetState): readonly string[] {
  const names = state.history.map(({ name }) => name);
  const wanted = new Set(migrations);
  const oldest = names.findIndex((name) => wanted.has(name));
  const later = oldest === -1 ? [] : names.slice(oldest);
  const inTheWay = later.filter((name) => !wanted.has(name));
  const withoutDown = state.ledger.filter(({ name, down }) => wanted.has(name) && down === null);
  return [
    ...(inTheWay.length > 0
      ? [
          `Later migrations stand on what would be taken back: ${inTheWay.join(', ')}. ` +
            'Roll those back first, newest first.',
        ]
      : []),
    ...withoutDown.map(
      ({ name }) =>
        `${name} has no down migration. Undo what it did in a new migration, in a pull request of its own.`,
    ),
  ];
}

/** An adopted migration's down is the one that was compiled when it was adopted. */
function withKeptDown(migration: CompiledMigration, { ledger }: TargetState): CompiledMigration {
  const kept = ledger.find(({ name }) => name === migration.name);
  return kept === undefined ? migration : { ...migration, up: kept.up, down: kept.down };
}
