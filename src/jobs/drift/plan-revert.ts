import type { ApplyStep } from '../../domain/apply.ts';
import type { Script } from '../../domain/migration.ts';
import type { Plan } from '../../domain/plan.ts';
import { findHazards } from '../../hazards/find-hazards.ts';
import { buildPlan } from '../../plan/build-plan.ts';
import { planStepOf } from '../../plan/reverse.ts';
import type { Environment } from '../environment.ts';
import { lossesOf } from '../rollback/losses.ts';
import { inWords } from '../rollback/schema-of.ts';
import type { Tools } from '../tools.ts';
import { comparedNow } from './ask.ts';
import type { Mark } from './compare-schemas.ts';
import { proveBack, type Back } from './prove-statements.ts';

/** What would take drift away. */
export interface RevertPlan {
  readonly plan: Plan;
  readonly step: ApplyStep;
  /** What would be lost, one sentence each; empty where nothing is. */
  readonly losses: readonly string[];
  /** Of the database as it was compared. */
  readonly mark: Mark;
}

/** Plans to make a database what its history says, tried on a shadow that has the drift; a sentence where it cannot be. */
export async function planRevert(
  environment: Environment,
  tools: Tools,
  signal: AbortSignal,
): Promise<RevertPlan | string> {
  const found = await comparedNow(environment, tools, signal);
  if (typeof found === 'string') return found;
  const { compared, drift } = found;
  const proven = await proveBack({ environment, compared, drift }, tools, signal);
  if (typeof proven === 'string') return proven;
  const { back, observed, schemaDiff, missing } = proven;
  const scripts = { up: scriptOf(drift.statements), down: scriptOf(back) };
  const compiled = { name: 'drift', path: 'drift', checksum: drift.digest, ...scripts, asksDatabase: false };
  const step = planStepOf(compiled, 'down', observed);
  const plan = buildPlan({
    environment: environment.policy.name,
    settings: environment.settings,
    steps: [step],
    goesFirst: [],
    problems: [],
    hazards: await findHazards([step], tools.clock(), new Map()),
    reversibility: [],
    schemaDiff,
    notes: [...(compared.ground.note === null ? [] : [compared.ground.note]), ...missingNote(missing)],
  });
  const losses = await lossesOf(environment.key, plan, tools);
  const { checksum } = compiled;
  const run = { migration: 'drift', checksum, direction: 'down' as const, script: scripts.down };
  return { plan, step: { ...run, ...scripts, beside: true }, losses, mark: compared.mark };
}

function missingNote(missing: Back['missing']): readonly string[] {
  if (missing.length === 0) return [];
  return [
    `It was tried without ${inWords(missing)}: \`drift.ignore\` leaves that alone, and no shadow has it. What hangs on that shows when it runs; then nothing of it is done.`,
  ];
}

function scriptOf(statements: readonly string[]): Script {
  return { statements: statements.map((sql) => ({ sql, line: null })), transaction: true };
}
