import { createHash } from 'node:crypto';
import type { MigrationSource, Statement } from '../domain/migration.ts';
import type { Problem } from '../domain/problem.ts';
import { openBatch } from './sandbox/batch.ts';
import { splitAnswerShape } from './shapes.ts';
import type { Sandbox } from './sandbox/sandbox.ts';
import { inBytes, limits } from './limits.ts';
import { splitTask, type SplitParts } from './splitter.ts';

/** How a schema file says for which migrations it stands, in a comment of its own line. */
export const throughLine = '-- tidegate:baseline through <migration>';

/** The last migration that a schema file says it stands for; null where it does not say. */
export function throughOf(sql: string): string | null {
  const [, name] = /^--[ \t]*tidegate:baseline[ \t]+through[ \t]+(\S+)[ \t]*\r?$/m.exec(sql) ?? [];
  return name === undefined ? null : withoutExtension(name);
}

/** A migration by the name in the history, where its file's name was written. */
export function withoutExtension(name: string): string {
  return name.replace(/\.(sql|[cm]?[jt]s)$/, '');
}

/** What a schema is known by. */
export interface BaselineOrigin {
  readonly label: string;
  /** From the repository's root; null where it is no file of it. */
  readonly path: string | null;
}

export type BaselineStatements =
  | { readonly kind: 'statements'; readonly statements: readonly Statement[] }
  | { readonly kind: 'problem'; readonly problem: Problem };

/**
 * The statements of a schema's SQL, as pg_dump writes it or a person does. What cannot be run on a shadow is a
 * problem that names the line; nothing is thrown but the signal's reason.
 */
export async function baselineStatements(
  sql: string,
  from: BaselineOrigin,
  sandbox: Sandbox,
  signal: AbortSignal,
): Promise<BaselineStatements> {
  if (sql.length > limits.sqlLength) {
    return refused(
      from,
      `it has more than ${inBytes(limits.sqlLength)}. Leave out data: a schema is enough.`,
    );
  }
  const text = withoutRestrict(sql);
  const batch = openBatch(sandbox, 'split', splitAnswerShape, signal);
  try {
    const splitting = await splitTask(batch, sourceOf(text, from.label), { texts: [{ sql: text, line: 1 }] });
    if (splitting.kind === 'problem')
      return { kind: 'problem', problem: asBaseline(splitting.problem, from) };
    return checked(splitting.parts, from);
  } finally {
    batch.close();
  }
}

/** pg_dump's own fence for psql (`\restrict`): no SQL, and there is no psql here. The lines stay, empty. */
function withoutRestrict(sql: string): string {
  return sql.replaceAll(/^\\(un)?restrict [A-Za-z0-9]+\r?$/gm, '');
}

function checked(parts: SplitParts, from: BaselineOrigin): BaselineStatements {
  const statements = parts.flat();
  const odd = statements.find(({ nature }) => nature === 'control' || nature === 'client-copy');
  if (odd?.nature === 'control') {
    return refused(
      from,
      'each of its statements runs by itself, and this one starts or ends a transaction, or changes who runs it. Take it out.',
      odd.line,
    );
  }
  if (odd !== undefined) {
    return refused(
      from,
      'a schema was expected, and this COPY reads data that nobody feeds. Make the file with `pg_dump --schema-only`.',
      odd.line,
    );
  }
  if (statements.length > limits.statements) {
    return refused(from, `it has more than ${limits.statements} statements.`);
  }
  return { kind: 'statements', statements: statements.map(({ sql, line }) => ({ sql, line })) };
}

function refused(from: BaselineOrigin, why: string, line?: number): BaselineStatements {
  const message = `The baseline (${from.label}) cannot be used: ${why}`;
  return { kind: 'problem', problem: { code: 'baseline', message, ...placeOf(from, line) } };
}

/** The same words without a migration's name: a baseline is none. */
function asBaseline({ message, line, detail }: Problem, from: BaselineOrigin): Problem {
  return {
    code: 'baseline',
    message: `The baseline (${from.label}) cannot be used. ${message}`,
    ...placeOf(from, line),
    ...(detail === undefined ? {} : { detail }),
  };
}

function placeOf({ path }: BaselineOrigin, line: number | undefined): Pick<Problem, 'path' | 'line'> {
  if (path === null) return {};
  return { path, ...(line === undefined ? {} : { line }) };
}

function sourceOf(sql: string, label: string): MigrationSource {
  const content = Buffer.from(sql, 'utf8');
  const checksum = createHash('sha256').update(content).digest('hex');
  return { name: label, path: label, blob: checksum, language: 'sql', content, checksum };
}
