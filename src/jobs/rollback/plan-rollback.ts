import { createHash } from 'node:crypto';
import type { ApplyStep } from '../../domain/apply.ts';
import type { Plan } from '../../domain/plan.ts';
import { findHazards } from '../../hazards/find-hazards.ts';
import { buildPlan } from '../../plan/build-plan.ts';
import type { RollbackRecord } from '../../ports/record-rows.ts';
import type { TargetState } from '../../ports/target.ts';
import type { Environment } from '../environment.ts';
import { anotherDatabase } from '../applying/hold-requests.ts';
import { holdEnvironment } from '../applying/holds.ts';
import { whoseDatabase, type WhoseDatabase } from '../same-database.ts';
import { applyStep, planStep } from '../planning/steps.ts';
import type { Tools } from '../tools.ts';
import { tryOnShadow } from '../planning/try-on-shadow.ts';
import { cautionsOf } from './cautions.ts';
import { inTheWay, landAgain, laterThan, withoutDown } from './in-the-way.ts';
import { lossesOf, lossesUnknown } from './losses.ts';
import { rollbackGround } from './rollback-ground.ts';
import { whyNotApart } from './stand-apart.ts';

/** What a rollback would run, or why it cannot. */
export type RollbackPlan =
  | {
      readonly kind: 'ready';
      readonly plan: Plan;
      readonly steps: readonly ApplyStep[];
      /** Names in the history that it was planned on. */
      readonly history: readonly string[];
      /** What would be lost, one sentence each; empty where nothing is. */
      readonly losses: readonly string[];
    }
  /** Some have no down of their own: these. */
  | { readonly kind: 'no-down'; readonly migrations: readonly string[] }
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
  const whose = await whoseDatabase(environment, state, tools);
  if (whose !== 'own') return refuseElsewhere(environment, whose, tools);
  const lasting = withoutDown(migrations, state);
  if (lasting.length > 0) return { kind: 'no-down', migrations: lasting };
  const ground = await rollbackGround(environment, migrations, state, tools, signal);
  if (typeof ground === 'string') return { kind: 'refused', reasons: [ground] };
  const { server, caution, note, names, removes } = ground;
  const later = laterThan(migrations, names);
  if (later.length > 0) {
    const why = await whyNotApart(ground, server, signal);
    if (why !== null) return { kind: 'refused', reasons: [inTheWay(later, why, names, migrations)] };
  }
  const trial = await tryOnShadow(
    {
      baseline: ground.all,
      removes,
      adds: [],
      recompile: (compiled) => Promise.resolve({ compiled }),
    },
    { shadow: server },
    signal,
  );
  const steps = trial.attempts.map(planStep);
  const hazards = await findHazards(steps, tools.clock(), new Map());
  const built = buildPlan({
    environment: environment.policy.name,
    settings: environment.settings,
    steps,
    goesFirst: [],
    problems: trial.problems,
    hazards,
    reversibility: [],
    schemaDiff: trial.schemaDiff,
    cautions: [
      ...(caution === null ? [] : [caution]),
      ...(await cautionsOf(environment, ground, state, tools)),
      ...lossesUnknown({ hazards }),
    ],
    notes: [
      ...(note === null ? [] : [note]),
      ...(later.length === 0 ? [] : removes.map((migration) => landAgain(migration, names, later))),
    ],
  });
  const plan = { ...built, digest: digestBeside(built.digest, later) };
  if (plan.problems.length > 0) {
    return {
      kind: 'refused',
      reasons: plan.problems.map(({ message, detail }) => withDetail(message, detail)),
    };
  }
  const losses = await lossesOf(environment.key, plan, tools);
  return { kind: 'ready', plan, steps: trial.attempts.map(applyStep), history: names, losses };
}

/** Whoever confirms agrees to what is left beside as well: where more has run by then, they are asked anew. */
function digestBeside(digest: string, later: readonly string[]): string {
  if (later.length === 0) return digest;
  return createHash('sha256')
    .update(JSON.stringify([digest, ...later]))
    .digest('hex');
}

/** Why nothing is run, a sentence each. */
export function reasonsOf(plan: Exclude<RollbackPlan, { kind: 'ready' }>): readonly string[] {
  return plan.kind === 'refused' ? plan.reasons : plan.migrations.map(noDown);
}

export function noDown(name: string): string {
  return `${name} has no down migration. Undo what it did in a new migration, in a pull request of its own.`;
}

/**
 * Whether something else would run than was agreed to. Of what has begun to be taken back no less is left than was
 * agreed to, so it is brought to its end.
 */
export function isOtherThanAgreed(
  record: RollbackRecord,
  { plan }: Extract<RollbackPlan, { kind: 'ready' }>,
  { history, halfway }: TargetState,
): boolean {
  const isUntouched =
    stillThere(record, history).length === record.migrations.length &&
    halfTakenBack(record.migrations, { halfway }).length === 0;
  return isUntouched && plan.digest !== record.digest;
}

/** Those of which a part is taken back, by statements that ran outside a transaction. */
export function halfTakenBack(
  migrations: readonly string[],
  { halfway }: Pick<TargetState, 'halfway'>,
): readonly string[] {
  return migrations.filter((name) => halfway.some((one) => one.name === name && one.direction === 'down'));
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
async function refuseElsewhere(
  environment: Environment,
  whose: Exclude<WhoseDatabase, 'own'>,
  tools: Tools,
): Promise<RollbackPlan> {
  const request = anotherDatabase(environment, whose, { commit: null, pullRequest: null });
  const { message, waysOut } = await holdEnvironment(environment.key, request, tools);
  return { kind: 'refused', reasons: [message, ...waysOut] };
}
