import type { CompiledMigration } from '../domain/migration.ts';
import type { Reversibility } from '../domain/plan.ts';
import type { Problem } from '../domain/problem.ts';
import type { SchemaChange } from '../domain/schema-diff.ts';
import type { CatalogSnapshot } from './catalog/catalog.ts';
import { columnsLost, diffSnapshots } from './catalog/diff.ts';
import type { Occasion, StepTrial } from './run-script.ts';

/** The schema on both sides of a migration's first run. */
export interface StepStates {
  readonly before: CatalogSnapshot;
  readonly after: CatalogSnapshot;
}

export interface ProofTools {
  readonly run: (migration: CompiledMigration, occasion: Occasion) => Promise<StepTrial>;
  /** The schema as it is at this moment. */
  readonly now: () => CatalogSnapshot;
  readonly states: ReadonlyMap<string, StepStates>;
}

export interface Proof {
  readonly reversibility: readonly Reversibility[];
  readonly problems: readonly Problem[];
}

type Verdicts = Map<string, Omit<Reversibility, 'migration'>>;

/** Runs the migrations down, newest first, then all up again, and compares the schema after each. */
export async function prove(tools: ProofTools, migrations: readonly CompiledMigration[]): Promise<Proof> {
  const verdicts: Verdicts = new Map();
  const problems: Problem[] = [];
  const takenBack = await takeBack(tools, migrations, verdicts, problems);
  if (problems.length === 0) await runAgain(tools, takenBack.toReversed(), verdicts, problems);
  const reversibility = migrations.map(({ name }): Reversibility => {
    const verdict = verdicts.get(name) ?? { verdict: 'unproven', reason: 'Its down was not tried.' };
    return { migration: name, ...verdict };
  });
  return { reversibility, problems };
}

/** Stops at the first that has no way back: those before it cannot be reached. */
async function takeBack(
  tools: ProofTools,
  migrations: readonly CompiledMigration[],
  verdicts: Verdicts,
  problems: Problem[],
): Promise<readonly CompiledMigration[]> {
  const takenBack: CompiledMigration[] = [];
  let obstacle: string | null = null;
  for (const migration of migrations.toReversed()) {
    const states = tools.states.get(migration.name);
    if (migration.down === null) {
      verdicts.set(migration.name, {
        verdict: 'irreversible',
        reason: 'It has no down, so /rollback cannot take it back.',
      });
      obstacle ??= migration.name;
    } else if (obstacle !== null || states === undefined) {
      const reason = `Its down was not tried: ${obstacle ?? 'its up'} could not be taken back before it.`;
      verdicts.set(migration.name, { verdict: 'unproven', reason });
    } else {
      const trial = await tools.run(migration, 'down');
      verdicts.set(migration.name, verdictOf(trial, states, tools.now()));
      if (trial.problem === null) takenBack.push(migration);
      else {
        problems.push(trial.problem);
        obstacle = migration.name;
      }
    }
  }
  return takenBack;
}

function verdictOf(
  trial: StepTrial,
  { before, after }: StepStates,
  now: CatalogSnapshot,
): Omit<Reversibility, 'migration'> {
  if (trial.problem !== null) {
    return { verdict: 'unproven', reason: 'Its down failed on the shadow.' };
  }
  if (trial.statements.some(({ notTried }) => notTried !== undefined)) {
    return { verdict: 'unproven', reason: 'A statement of its down could not be tried on the shadow.' };
  }
  const lostByUp = columnsLost(before, after);
  if (lostByUp.length > 0) {
    const reason = `The up drops ${list(lostByUp)}; the down brings the schema back, not the data.`;
    return { verdict: 'lossy', reason };
  }
  const differences = diffSnapshots(before, now);
  if (differences.length > 0) {
    const reason = `After the down the schema is not what it was before: ${list(differences.map(inWords))}.`;
    return { verdict: 'lossy', reason };
  }
  const lostByDown = columnsLost(after, now);
  return { verdict: 'proven', reason: provenReason(lostByDown) };
}

function provenReason(lostByDown: readonly string[]): string {
  const proof = 'Up, down and up again ran, and the down brought back the schema.';
  return lostByDown.length === 0
    ? proof
    : `${proof} What was written to ${list(lostByDown)} meanwhile goes with the down.`;
}

async function runAgain(
  tools: ProofTools,
  oldestFirst: readonly CompiledMigration[],
  verdicts: Verdicts,
  problems: Problem[],
): Promise<void> {
  for (const migration of oldestFirst) {
    const trial = await tools.run(migration, 'up-again');
    if (trial.problem !== null) {
      verdicts.set(migration.name, { verdict: 'unproven', reason: 'After its down, its up failed.' });
      problems.push(trial.problem);
      return;
    }
    const states = tools.states.get(migration.name);
    const differences = states === undefined ? [] : diffSnapshots(states.after, tools.now());
    const isProven = verdicts.get(migration.name)?.verdict === 'proven';
    if (isProven && differences.length > 0) {
      const reason = `Run again after its down, it made another schema: ${list(differences.map(inWords))}.`;
      verdicts.set(migration.name, { verdict: 'lossy', reason });
    }
  }
}

function inWords({ kind, name, change }: SchemaChange): string {
  const words = { added: 'is left over', removed: 'is missing', changed: 'differs' };
  return `${kind} ${name} ${words[change]}`;
}

function list(parts: readonly string[]): string {
  const shown = parts.slice(0, 5).join(', ');
  return parts.length > 5 ? `${shown} and ${parts.length - 5} more` : shown;
}
