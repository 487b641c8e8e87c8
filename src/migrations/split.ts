import { hasSqlDetails, loadModule, parse, scan } from 'libpg-query';
import type { Statement } from '../domain/migration.ts';
import { type StatementNature, natureOf } from './statement-nature.ts';

/** A statement with what its parse tree says about transactions. */
export interface SplitStatement extends Statement {
  readonly line: number;
  readonly nature: StatementNature;
}

/** PostgreSQL's parser refused the text; `line` counts from 1, or from the first line given. */
export class SqlSyntaxError extends Error {
  override readonly name = 'SqlSyntaxError';
  readonly line: number;
  constructor(message: string, line: number) {
    super(message);
    this.line = line;
  }
}

/**
 * Splits SQL into statements as PostgreSQL 18 does, each without its semicolon and without the comments before
 * it; comments and space alone are none. `firstLine` is the line of the file where the text starts.
 * Throws SqlSyntaxError. Runs in this process: for text that was never parsed before, use the sandbox.
 */
export async function splitStatements(sql: string, firstLine = 1): Promise<readonly Statement[]> {
  const statements = await splitWithNature(sql, firstLine);
  return statements.map(({ sql: text, line }) => ({ sql: text, line }));
}

/** Like splitStatements, with what each statement means for a transaction. */
export async function splitWithNature(sql: string, firstLine = 1): Promise<readonly SplitStatement[]> {
  if (sql.trim() === '') return [];
  const tree = await parseOrExplain(sql, firstLine);
  const bytes = Buffer.from(sql, 'utf8');
  const lines = lineCounter(bytes, firstLine);
  const found: SplitStatement[] = [];
  for (const raw of tree.stmts ?? []) {
    if (raw.stmt === undefined) continue;
    // Places are byte offsets; a length of 0 means "to the end" (PostgreSQL's RawStmt).
    const start = raw.stmt_location ?? 0;
    const length = raw.stmt_len ?? 0;
    const text = bytes.subarray(start, length === 0 ? bytes.length : start + length).toString('utf8');
    const skipped = await leadingComments(text);
    const line = lines(start + Buffer.byteLength(text.slice(0, skipped)));
    found.push({ sql: text.slice(skipped).trimEnd(), line, nature: natureOf(raw.stmt) });
  }
  return found;
}

async function parseOrExplain(sql: string, firstLine: number): Promise<Awaited<ReturnType<typeof parse>>> {
  try {
    return await parse(sql);
  } catch (error) {
    if (!hasSqlDetails(error)) throw error;
    // Characters, not bytes, and not JavaScript's units.
    const before = Array.from(sql).slice(0, error.sqlDetails?.cursorPosition ?? 0);
    throw new SqlSyntaxError(error.message, firstLine + before.filter((letter) => letter === '\n').length);
  }
}

async function leadingComments(text: string): Promise<number> {
  const space = text.length - text.trimStart().length;
  if (!/^(?:--|\/\*)/.test(text.slice(space))) return space;
  await loadModule();
  const { tokens } = await scan(text);
  const first = tokens.find((token) => token.tokenName !== 'SQL_COMMENT' && token.tokenName !== 'C_COMMENT');
  if (first === undefined) return space;
  return Buffer.from(text, 'utf8').subarray(0, first.start).toString('utf8').length;
}

/** Lines for offsets that only grow, in one pass over the bytes. */
function lineCounter(bytes: Uint8Array, firstLine: number): (offset: number) => number {
  let line = firstLine;
  let position = 0;
  return (offset) => {
    for (; position < offset; position += 1) if (bytes[position] === 10) line += 1;
    return line;
  };
}
