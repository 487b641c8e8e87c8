import type { CompiledMigration, MigrationSettings, MigrationSource } from '../domain/migration.ts';
import type { Problem } from '../domain/problem.ts';
import type { ContentCache } from '../ports/cache.ts';
import { checkScript } from './check-script.ts';
import { type Compilation, toCompiledMigration } from './compilation.ts';
import { type CodeContext, compileCode, readShorthands } from './compile-code.ts';
import { compileSql } from './compile-sql.ts';
import { limitedAsk } from './limited-ask.ts';
import { limits } from './limits.ts';
import { openBatch } from './sandbox/batch.ts';
import { guestAnswer, splitAnswer } from './sandbox/protocol.ts';

export interface CompileRequest {
  /** All of them, in order, since type shorthands accumulate. */
  readonly sources: readonly MigrationSource[];
  /** Names of those to compile. */
  readonly wanted: ReadonlySet<string>;
  /** Files that migrations may import. */
  readonly modules: readonly { readonly path: string; readonly content: Uint8Array }[];
  readonly settings: MigrationSettings;
  readonly cache: ContentCache;
  /** Answers `pgm.db` on the shadow; without it, a migration that asks is a problem. */
  readonly ask?: (sql: string) => Promise<readonly Record<string, unknown>[]>;
  readonly signal?: AbortSignal;
  /** Milliseconds that the code of one migration may take; 5,000 unless said. */
  readonly compileMs?: number;
}

export interface CompileResult {
  readonly compiled: readonly CompiledMigration[];
  readonly problems: readonly Problem[];
  readonly notes: readonly string[];
}

/**
 * Compiles the wanted migrations to the statements that node-pg-migrate would run. Code and SQL that were not
 * compiled before run and are parsed in one-shot children, never in this process. What is wrong with a
 * migration is a problem and never thrown; throws where the sandbox itself does not start, and the signal's
 * reason.
 */
export async function compileMigrations(request: CompileRequest): Promise<CompileResult> {
  const evaluator = openBatch('evaluate', guestAnswer, request.signal);
  const splitter = openBatch('split', splitAnswer, request.signal);
  const context: CodeContext = {
    files: filesOf(request),
    decamelize: request.settings.decamelize,
    cache: request.cache,
    evaluator,
    splitter,
    ask: limitedAsk(request.ask),
    signal: request.signal,
    compileMs: request.compileMs ?? limits.compileMs,
  };
  try {
    return await compileAll(request, context);
  } finally {
    await Promise.all([evaluator.close(), splitter.close()]);
  }
}

function filesOf({ sources, modules }: CompileRequest): Map<string, Uint8Array> {
  const code = sources.filter(({ language }) => language !== 'sql');
  return new Map([...modules, ...code].map(({ path, content }) => [path, content]));
}

async function compileAll(request: CompileRequest, context: CodeContext): Promise<CompileResult> {
  const compiled: CompiledMigration[] = [];
  const problems: Problem[] = [];
  const made: { name: string; compilation: Compilation }[] = [];
  let shorthands: Readonly<Record<string, unknown>> = {};
  for (const source of neededSources(request)) {
    request.signal?.throwIfAborted();
    if (!request.wanted.has(source.name)) {
      const found = await readShorthands(source, shorthands, context);
      if (found.kind === 'problem') problems.push(found.problem);
      else shorthands = { ...shorthands, ...found.shorthands };
      continue;
    }
    const result =
      source.language === 'sql'
        ? await compileSql(source, context.cache, context.splitter)
        : await compileCode(source, shorthands, context);
    if (result.kind === 'problem') {
      problems.push(result.problem);
      continue;
    }
    shorthands = { ...shorthands, ...result.compilation.shorthands };
    problems.push(...check(source, result.compilation));
    made.push({ name: source.name, compilation: result.compilation });
    compiled.push(toCompiledMigration(source, result.compilation, result.asksDatabase));
  }
  return {
    compiled,
    problems,
    notes: [...notesOf(made), ...[context.evaluator.note()].filter((note) => note !== null)],
  };
}

/** The wanted ones, and before the last wanted one in code those whose shorthands it may use. */
function neededSources({ sources, wanted }: CompileRequest): MigrationSource[] {
  const last = sources.findLastIndex(({ name, language }) => language !== 'sql' && wanted.has(name));
  return sources.filter(
    ({ name, language }, index) => wanted.has(name) || (language !== 'sql' && index < last),
  );
}

function check(source: MigrationSource, { up, down }: Compilation): Problem[] {
  const found = [checkScript(source, up, 'up'), down === null ? null : checkScript(source, down, 'down')];
  return found.filter((problem) => problem !== null);
}

const namesInANote = 10;

function notesOf(made: readonly { name: string; compilation: Compilation }[]): string[] {
  const bare = made.flatMap(({ name, compilation }) => (compilation.note === 'no-markers' ? [name] : []));
  const others = made.flatMap(({ name, compilation: { note } }) =>
    note === null || note === 'no-markers' ? [] : [`${name} has no way back: ${note}.`],
  );
  if (bare.length === 0) return others;
  const more = bare.length > namesInANote ? ` and ${String(bare.length - namesInANote)} more` : '';
  const named = `${bare.slice(0, namesInANote).join(', ')}${more}`;
  return [
    `Without "-- Up Migration" and "-- Down Migration" the whole file is up and there is no down: ${named}.`,
    ...others,
  ];
}
