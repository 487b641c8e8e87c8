import type {
  CompiledMigration,
  MigrationFile,
  MigrationSettings,
  MigrationSource,
} from '../domain/migration.ts';
import type { Problem } from '../domain/problem.ts';
import type { ContentCache } from '../ports/cache.ts';
import type { TreeEntry, TreeReader } from '../ports/tree.ts';
import { checkScript } from './check-script.ts';
import type { CodeFiles } from './code-files.ts';
import { toCompiledMigration } from './compilation.ts';
import type { Compilation } from './compilation-shape.ts';
import type { CodeContext, compileCode } from './compile-code.ts';
import { compileSql } from './compile-sql.ts';
import { earlierShorthands } from './earlier-shorthands.ts';
import { limitedAsk } from './limited-ask.ts';
import { limits } from './limits.ts';
import { readBlob, readSources } from './read.ts';
import { openBatch } from './sandbox/batch.ts';
import { openSandbox, type Sandbox } from './sandbox/sandbox.ts';
import { guestAnswerShape, splitAnswerShape } from './shapes.ts';

export interface CompileRequest {
  /** The folder's migrations in order: those before a wanted one in code make its type shorthands. */
  readonly files: readonly MigrationFile[];
  /** Names of those to compile. */
  readonly wanted: ReadonlySet<string>;
  /** Files that migrations may import. */
  readonly modules: readonly TreeEntry[];
  /** Gives the bytes of a blob; asked for what is needed alone. */
  readonly reader: Pick<TreeReader, 'read'>;
  readonly settings: MigrationSettings;
  readonly cache: ContentCache;
  /** Answers `pgm.db` on the shadow; without it, a migration that asks is a problem. */
  readonly ask?: (sql: string) => Promise<readonly Record<string, unknown>[]>;
  readonly signal?: AbortSignal;
  /** Milliseconds that the code of one migration may take; 5,000 unless said. */
  readonly compileMs?: number;
  /** Where the children come from; one of its own unless given. */
  readonly sandbox?: Sandbox;
}

export interface CompileResult {
  readonly compiled: readonly CompiledMigration[];
  /** The wanted files that could be read. */
  readonly sources: readonly MigrationSource[];
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
  const sandbox = request.sandbox ?? openSandbox();
  const evaluator = openBatch(sandbox, 'evaluate', guestAnswerShape, request.signal);
  // A pull request's code never shares a child with the code before it, whose results others use as well.
  const earlier = openBatch(sandbox, 'evaluate', guestAnswerShape, request.signal);
  const splitter = openBatch(sandbox, 'split', splitAnswerShape, request.signal);
  const code = request.files.filter(({ language }) => language !== 'sql');
  const context: CodeContext = {
    files: codeFilesOf(request, code),
    decamelize: request.settings.decamelize,
    cache: request.cache,
    evaluator,
    splitter,
    ask: limitedAsk(request.ask),
    signal: request.signal,
    compileMs: request.compileMs ?? limits.compileMs,
  };
  try {
    return await compileAll({ ...request, code }, context, { ...context, evaluator: earlier });
  } finally {
    evaluator.close();
    earlier.close();
    splitter.close();
    if (request.sandbox === undefined) await sandbox.close();
  }
}

/** Modules and migrations in code, read when one imports them. */
function codeFilesOf({ modules, reader, cache }: CompileRequest, code: readonly MigrationFile[]): CodeFiles {
  const blobs = new Map([...modules, ...code].map(({ path, blob }) => [path, blob]));
  return {
    has: (path) => blobs.has(path),
    read: (path) => readBlob(reader, blobs.get(path) ?? '', cache),
  };
}

async function compileAll(
  request: CompileRequest & { readonly code: readonly MigrationFile[] },
  context: CodeContext,
  earlierContext: CodeContext,
): Promise<CompileResult> {
  const { files, code, wanted, modules, reader, cache } = request;
  const read = await readSources(
    reader,
    files.filter(({ name }) => wanted.has(name)),
    cache,
  );
  const earlier = earlierShorthands({
    code,
    modules,
    context: earlierContext,
    source: async (file) => {
      const { sources, problems } = await readSources(reader, [file], cache);
      const [source] = sources;
      return source ?? { problem: problems[0] ?? unread(file) };
    },
  });
  const compiled: CompiledMigration[] = [];
  const problems: Problem[] = [...read.problems];
  const made: { name: string; compilation: Compilation }[] = [];
  for (const source of read.sources) {
    request.signal?.throwIfAborted();
    const result =
      source.language === 'sql'
        ? await compileSql(source, cache, context.splitter)
        : await inCode(source, await earlier.before(source), context);
    if (result.kind === 'problem') {
      problems.push(result.problem);
      earlier.leaveOut(source.name);
      continue;
    }
    earlier.add(source.name, result.compilation.shorthands);
    problems.push(...check(source, result.compilation));
    made.push({ name: source.name, compilation: result.compilation });
    compiled.push(toCompiledMigration(source, result.compilation, result.asksDatabase));
  }
  return {
    compiled,
    sources: read.sources,
    problems: [...problems, ...earlier.problems],
    notes: [...notesOf(made), ...[context.evaluator.note()].filter((note) => note !== null)],
  };
}

/** What code takes to compile is loaded where there is some. */
async function inCode(...args: Parameters<typeof compileCode>): ReturnType<typeof compileCode> {
  return (await import('./compile-code.ts')).compileCode(...args);
}

function unread({ name, path }: MigrationFile): Problem {
  return { code: 'compile', message: `${path} could not be read.`, migration: name, path };
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
