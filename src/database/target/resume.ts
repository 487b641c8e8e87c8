import type { Statement } from '../../domain/migration.ts';
import type { BuiltIndex, IndexWork } from './index-build.ts';
import type { JournalRow } from './journal.ts';

/** What an earlier run left, and what that means for this one. */
export type Resume =
  /** Statements before `from` stand; `interrupted` is the one of which it is not known, or which failed. */
  | { readonly kind: 'go-on'; readonly from: number; readonly interrupted: JournalRow | null }
  /** Cannot go on; `message` says why and what to do. */
  | { readonly kind: 'stop'; readonly message: string };

/** Compares the journal with the statements to be run now. */
export function resumeFrom(journal: readonly JournalRow[], statements: readonly Statement[]): Resume {
  const running = journal.find((row) => row.state !== 'done' && row.running);
  if (running !== undefined) return { kind: 'stop', message: stillRunning(running) };
  const standing = journal.filter((row) => row.state === 'done');
  const strange = standing.find((row) => statements[row.statement]?.sql !== row.sql);
  if (strange !== undefined) return { kind: 'stop', message: otherStatement(strange) };
  return {
    kind: 'go-on',
    from: standing.length,
    interrupted: journal.find((row) => row.state !== 'done') ?? null,
  };
}

/** What to do about a statement that did not end well. */
export type Remedy =
  | { readonly kind: 'run' }
  | { readonly kind: 'drop-then-run'; readonly indexes: readonly string[] }
  | { readonly kind: 'count-as-done' }
  | { readonly kind: 'in-doubt'; readonly message: string };

/**
 * A failed statement left nothing but, perhaps, an invalid index. Of one whose session vanished, an index build
 * shows in the catalog how it ended; nobody can tell for others.
 */
export function remedyFor(
  row: JournalRow,
  statement: Statement,
  work: IndexWork,
  built: readonly BuiltIndex[],
): Remedy {
  const invalid = built.filter(({ valid }) => !valid).map(({ name }) => name);
  // Without a name, an index that somebody else is building right now looks the same.
  const ownInvalid = row.state === 'failed' || isNamed(row) ? invalid : [];
  if (row.state === 'failed') {
    return ownInvalid.length > 0 ? { kind: 'drop-then-run', indexes: ownInvalid } : { kind: 'run' };
  }
  if (row.build !== null) return remedyForBuild(row, statement, ownInvalid, built);
  if (statement.sql === row.sql && (work.kind === 'drop' || isRepeatable(statement.sql)))
    return { kind: 'run' };
  return { kind: 'in-doubt', message: unknownStatement(row) };
}

function remedyForBuild(
  row: JournalRow,
  statement: Statement,
  ownInvalid: readonly string[],
  built: readonly BuiltIndex[],
): Remedy {
  if (ownInvalid.length > 0) return { kind: 'drop-then-run', indexes: ownInvalid };
  if (built.length === 0) return { kind: 'run' };
  if (isNamed(row) && statement.sql === row.sql) return { kind: 'count-as-done' };
  return { kind: 'in-doubt', message: unknownStatement(row) };
}

function isNamed({ build }: JournalRow): boolean {
  return build !== null && build.index !== null;
}

/** Running these once more does no harm. */
function isRepeatable(sql: string): boolean {
  return /^(vacuum|analyze|reindex|checkpoint|cluster|refresh)\b/i.test(withoutLeadingComments(sql));
}

/** SET and RESET belong to the session: a session that goes on needs them as much as the first did. */
export function isForSession(sql: string): boolean {
  return /^(set|reset)\b/i.test(withoutLeadingComments(sql));
}

export function runsConcurrently(sql: string): boolean {
  return /\bconcurrently\b/i.test(sql);
}

function withoutLeadingComments(sql: string): string {
  return sql.replace(/^(\s|--[^\n]*(\n|$)|\/\*[\s\S]*?\*\/)*/, '');
}

function stillRunning(row: JournalRow): string {
  return (
    `Statement ${row.statement + 1} of an earlier run of this migration is still running on the database (backend ${row.backend}). ` +
    'Wait for it to end, or end it with pg_terminate_backend, then try again.'
  );
}

function otherStatement(row: JournalRow): string {
  return (
    `An earlier run of this migration, which is not inside a transaction, got past its statement ${row.statement + 1}, ` +
    `and that statement is another one now. It was: ${firstLine(row.sql)}. ` +
    'Put it back, and put what is to be added into a migration of its own.'
  );
}

function unknownStatement(row: JournalRow): string {
  return (
    `The connection broke while statement ${row.statement + 1} ran outside a transaction, and it cannot be told whether it took effect: ` +
    `${firstLine(row.sql)}. Look at the database. If it did, run UPDATE tidegate.journal SET state = 'done' WHERE state = 'started'; ` +
    `if it did not, run UPDATE tidegate.journal SET state = 'failed' WHERE state = 'started'. Then try again.`
  );
}

function firstLine(sql: string): string {
  const line = sql.trim().split('\n')[0] ?? '';
  return line.length > 120 ? `${line.slice(0, 117)}...` : line;
}
