import type { CompiledMigration, Script, Statement } from '../domain/migration.ts';
import type { PlannedStatement } from '../domain/plan.ts';
import type { Problem, ProblemCode } from '../domain/problem.ts';
import type { Touch } from './catalog/follow.ts';
import { failureOf, type Failure } from './errors.ts';
import { readKnown, type KnownRelations } from './observe.ts';
import { nodesOf } from './privileged-kinds.ts';
import {
  beginObserved,
  commitObserved,
  planned,
  runAlone,
  runInside,
  type Bench,
  type Tried,
} from './run-statement.ts';

/** What one migration did on the shadow, statement by statement. */
export interface StepTrial {
  /** All statements of the script; those behind a failure carry no time. */
  readonly statements: readonly PlannedStatement[];
  readonly problem: Problem | null;
  /** What it changed in the catalog; null where that cannot be told. */
  readonly touch: Touch | null;
}

/** Which of the three runs of a migration this is: its words differ. */
export type Occasion = 'up' | 'down' | 'up-again';

interface Outcome {
  readonly tried: readonly PlannedStatement[];
  readonly stopped: Stop | null;
  readonly touch: Touch | null;
}

/** Rolled back: nothing. */
const untouched: Touch = { transaction: '0', locked: [], rows: new Map() };

type Stop =
  | { readonly why: 'failed'; readonly statement: Statement | null; readonly failure: Failure }
  | { readonly why: 'escaped'; readonly statement: Statement };

/** All statements may take so long together. */
const totalMs = 10 * 60_000;

/** Runs one direction of a migration as it would run on a target, and keeps what was seen of each statement. */
export async function runScript(
  bench: Bench,
  migration: CompiledMigration,
  script: Script,
  occasion: Occasion,
  known: KnownRelations,
): Promise<StepTrial> {
  const { tried, stopped, touch } = script.transaction
    ? await runTogether(bench, script.statements, known)
    : await runOneByOne(bench, script.statements);
  const rest = script.statements.slice(tried.length).map((statement) => planned(statement, {}));
  return {
    statements: [...tried, ...rest],
    problem: stopped === null ? null : problemOf(migration, occasion, stopped),
    touch,
  };
}

async function runTogether(
  bench: Bench,
  statements: readonly Statement[],
  known: KnownRelations,
): Promise<Outcome> {
  const transaction = await beginObserved(bench, known);
  const outcome = await runAll(statements, (statement) => runInside(bench, statement, transaction));
  if (outcome.stopped !== null) {
    await undo(bench);
    // What ended its transaction may have committed a part.
    return { ...outcome, touch: outcome.stopped.why === 'escaped' ? null : untouched };
  }
  try {
    return { ...outcome, touch: await commitObserved(bench, transaction) };
  } catch (error) {
    // A deferred constraint speaks up here.
    const failure = failureOf(error, 'COMMIT');
    await undo(bench);
    return {
      tried: outcome.tried,
      stopped: { why: 'failed', statement: null, failure },
      touch: untouched,
    };
  }
}

/**
 * Each statement commits by itself. Where PostgreSQL lets it, it does so in a transaction of its own that can be
 * observed; a script that opens transactions itself is left alone.
 */
async function runOneByOne(bench: Bench, statements: readonly Statement[]): Promise<Outcome> {
  const nodes = await Promise.all(statements.map(({ sql }) => nodesOf(sql)));
  const ownTransactions = nodes.flat().some((node) => 'TransactionStmt' in node);
  const outcome = await runAll(statements, (statement) =>
    ownTransactions ? runAlone(bench, statement) : runObservedOrAlone(bench, statement),
  );
  await undo(bench);
  return { ...outcome, touch: null };
}

const insideTransactionBlock = '25001';

async function runObservedOrAlone(bench: Bench, statement: Statement): Promise<Tried> {
  const transaction = await beginObserved(bench, await readKnown(bench.observer));
  const tried = await runInside(bench, statement, transaction);
  if (tried.status === 'ran') {
    try {
      await bench.connection.run('COMMIT');
      return tried;
    } catch (error) {
      const failure = failureOf(error, statement.sql);
      await undo(bench);
      return { status: 'failed', planned: tried.planned, failure };
    }
  }
  await undo(bench);
  const mustBeAlone = tried.status === 'failed' && tried.failure.sqlState === insideTransactionBlock;
  return mustBeAlone ? runAlone(bench, statement) : tried;
}

async function runAll(
  statements: readonly Statement[],
  run: (statement: Statement) => Promise<Tried>,
): Promise<Pick<Outcome, 'tried' | 'stopped'>> {
  const tried: PlannedStatement[] = [];
  const until = performance.now() + totalMs;
  for (const statement of statements) {
    if (performance.now() > until) return { tried, stopped: tooLong(statement) };
    const result = await run(statement);
    tried.push(result.planned);
    if (result.status === 'failed') {
      return { tried, stopped: { why: 'failed', statement, failure: result.failure } };
    }
    if (result.status === 'escaped') return { tried, stopped: { why: 'escaped', statement } };
  }
  return { tried, stopped: null };
}

function tooLong(statement: Statement): Stop {
  const message = `the migration's statements took more than ${totalMs / 60_000} minutes together`;
  return {
    why: 'failed',
    statement,
    failure: { message, detail: message, sqlState: null, sessionLost: false },
  };
}

/** Back to no transaction and no settings, where there still is a session. */
async function undo({ connection }: Bench): Promise<void> {
  try {
    await connection.run('ROLLBACK');
    await connection.clean();
  } catch (error) {
    failureOf(error, 'ROLLBACK');
  }
}

const codes: Record<Occasion, ProblemCode> = {
  up: 'dry-run-up',
  down: 'dry-run-down',
  'up-again': 'dry-run-up-again',
};

const doing: Record<Occasion, string> = {
  up: 'Running it',
  down: 'Taking it back',
  'up-again': 'Running it again after it was taken back',
};

function problemOf(migration: CompiledMigration, occasion: Occasion, stop: Stop): Problem {
  const where = { migration: migration.name, path: migration.path };
  const line = stop.statement?.line ?? null;
  const at = line === null ? where : { ...where, line };
  if (stop.why === 'escaped') {
    return {
      ...at,
      code: 'transaction-control',
      message:
        `A statement of ${migration.name} ended the transaction that the migration runs in. Take COMMIT and ` +
        'ROLLBACK out of it; where it must run outside a transaction, say so with pgm.noTransaction().',
    };
  }
  const place = stop.statement === null ? ' at COMMIT' : '';
  return {
    ...at,
    code: codes[occasion],
    message: `${doing[occasion]} failed on the shadow${place}: ${stop.failure.message}.`.replace(
      /\.\.$/,
      '.',
    ),
    detail: stop.failure.detail,
  };
}
