import { createHash } from 'node:crypto';
import libraryPackage from 'node-pg-migrate/package.json' with { type: 'json' };
import type { MigrationSource } from '../domain/migration.ts';
import type { ContentCache } from '../ports/cache.ts';
import { readCached } from './cached.ts';
import { type CodeFiles, type CodeGraph, gatherCode } from './code-files.ts';
import { type Compiling, problemOf } from './compilation.ts';
import type { Compilation } from './compilation-shape.ts';
import { limits } from './limits.ts';
import type { SandboxBatch } from './sandbox/batch.ts';
import type { HostAsk } from './sandbox/child-process.ts';
import type { GuestAnswer, GuestDirection, GuestRequest, SplitAnswer } from './sandbox/protocol.ts';
import { compilationShape, shorthandsShape } from './shapes.ts';
import { type Splitting, splitTask } from './splitter.ts';
import { type LineOf, transpileAll } from './transpile.ts';
import { sayFailure, sayStopped } from './words.ts';

/** What compiling code needs besides the code. */
export interface CodeContext {
  readonly files: CodeFiles;
  readonly decamelize: boolean;
  readonly cache: ContentCache;
  readonly evaluator: SandboxBatch<GuestAnswer>;
  readonly splitter: SandboxBatch<SplitAnswer>;
  readonly ask: HostAsk | undefined;
  readonly signal: AbortSignal | undefined;
  readonly compileMs: number;
}

export type Shorthands = Readonly<Record<string, unknown>>;

/** Compiles a migration in JavaScript or TypeScript, with the type shorthands of all migrations before it. */
export async function compileCode(
  source: MigrationSource,
  shorthands: Shorthands,
  context: CodeContext,
): Promise<Compiling> {
  const graph = await gatherCode(source.path, context.files);
  const parts = [libraryPackage.version, graph.checksum, shorthands, context.decamelize];
  const key = `compile:v1:${createHash('sha256').update(JSON.stringify(parts)).digest('hex')}`;
  const kept = await readCached(context.cache, key, compilationShape);
  if (kept !== null) return { kind: 'compiled', compilation: kept, asksDatabase: false };
  const made = await compileAnew(source, graph, shorthands, context);
  if (made.kind === 'compiled' && !made.asksDatabase) {
    await Promise.all([
      context.cache.put(key, JSON.stringify(made.compilation)),
      context.cache.put(shorthandsKey(graph), JSON.stringify(made.compilation.shorthands)),
    ]);
  }
  return made;
}

/** Only the type shorthands that a migration adds, for those that are not compiled themselves. */
export async function readShorthands(
  source: MigrationSource,
  shorthands: Shorthands,
  context: CodeContext,
): Promise<{ kind: 'shorthands'; shorthands: Shorthands } | Extract<Compiling, { kind: 'problem' }>> {
  const graph = await gatherCode(source.path, context.files);
  const kept = await readCached(context.cache, shorthandsKey(graph), shorthandsShape);
  if (kept !== null) return { kind: 'shorthands', shorthands: kept };
  const evaluated = await evaluate(source, graph, shorthands, { ...context, ask: undefined });
  if (evaluated.kind === 'problem') return evaluated;
  await context.cache.put(shorthandsKey(graph), JSON.stringify(evaluated.answer.shorthands));
  return { kind: 'shorthands', shorthands: evaluated.answer.shorthands };
}

function shorthandsKey(graph: CodeGraph): string {
  return `shorthands:v1:${graph.checksum}`;
}

type Evaluated = Extract<GuestAnswer, { kind: 'compiled' }>;

async function compileAnew(
  source: MigrationSource,
  graph: CodeGraph,
  shorthands: Shorthands,
  context: CodeContext,
): Promise<Compiling> {
  const evaluated = await evaluate(source, graph, shorthands, context);
  if (evaluated.kind === 'problem') return evaluated;
  const { answer, lineOf } = evaluated;
  if (answer.asked && context.ask === undefined) return sayAsks(source);
  if (answer.up.kind !== 'steps') {
    const failure =
      answer.up.kind === 'error' ? answer.up : { message: 'it exports no function "up"', place: null };
    return sayFailure(source, failure, lineOf);
  }
  const up = await splitSteps(source, answer.up, lineOf, context);
  if (up.kind === 'problem') return up;
  const down = answer.down.kind === 'steps' ? await splitSteps(source, answer.down, lineOf, context) : null;
  const isOwn = answer.down.kind !== 'steps' || !answer.down.inferred;
  if (down?.kind === 'problem' && isOwn) return down;
  const made: Compilation = {
    up: up.script,
    down: down?.kind === 'script' ? down.script : null,
    shorthands: answer.shorthands,
    note: noteOf(answer.down, down),
  };
  return { kind: 'compiled', compilation: made, asksDatabase: answer.asked };
}

/** Why there is no way back, where that is worth saying. */
function noteOf(
  direction: GuestDirection,
  down: Awaited<ReturnType<typeof splitSteps>> | null,
): string | null {
  if (direction.kind === 'error') return `its down fails with "${direction.message}"`;
  if (down?.kind !== 'problem') return null;
  return `the one that node-pg-migrate infers from its up is refused (${down.problem.message.replace(/\.$/, '')})`;
}

function sayAsks(source: MigrationSource): Extract<Compiling, { kind: 'problem' }> {
  return problemOf(
    source,
    'asks-database',
    'It asks the database (pgm.db) what to run, so the statements would not be those that were approved. Write the statements themselves, or let SQL decide, for example in a DO block.',
  );
}

async function evaluate(
  source: MigrationSource,
  graph: CodeGraph,
  shorthands: Shorthands,
  context: CodeContext,
): Promise<
  { kind: 'evaluated'; answer: Evaluated; lineOf: LineOf } | Extract<Compiling, { kind: 'problem' }>
> {
  const transpiled = await transpileAll(source.path, graph.texts, context.compileMs, context.signal);
  if (transpiled.kind === 'failed') {
    const where = transpiled.path === source.path ? '' : ` in ${transpiled.path}`;
    const more = { line: where === '' ? transpiled.line : null, detail: transpiled.message };
    return problemOf(source, 'compile', `It does not compile${where}: ${transpiled.message}.`, more);
  }
  const task: GuestRequest = {
    entry: source.path,
    files: Object.fromEntries(transpiled.files),
    shorthands,
    decamelize: context.decamelize,
    mayAsk: context.ask !== undefined,
    limits: {
      queries: limits.queries,
      statements: limits.statements,
      sqlLength: limits.sqlLength,
      answerLength: limits.answerLength,
    },
  };
  const outcome = await context.evaluator.run(task, { deadlineMs: context.compileMs, ask: context.ask });
  if (outcome.kind === 'stopped') return sayStopped(source, outcome.why, context.compileMs);
  const { answer } = outcome;
  switch (answer.kind) {
    case 'compiled':
      return { kind: 'evaluated', answer, lineOf: transpiled.lineOf };
    case 'failed':
      return answer.asked && context.ask === undefined
        ? sayAsks(source)
        : sayFailure(source, answer, transpiled.lineOf);
    case 'unsteady':
      return sayStopped(source, 'unsteady', context.compileMs);
  }
}

async function splitSteps(
  source: MigrationSource,
  direction: Extract<GuestDirection, { kind: 'steps' }>,
  lineOf: LineOf,
  context: CodeContext,
): Promise<{ kind: 'script'; script: Compilation['up'] } | Extract<Splitting, { kind: 'problem' }>> {
  const fallback = lineOfUp(source);
  const lines = direction.steps.map(({ place }) => (place === null ? fallback : lineOf(place)));
  const texts = direction.steps.map(({ sql }) => ({ sql, line: 1 }));
  const splitting = await splitTask(context.splitter, source, { texts }, lines);
  if (splitting.kind === 'problem') return splitting;
  const statements = splitting.parts.flatMap((part, index) =>
    part.map((statement) => ({ ...statement, line: lines[index] ?? null })),
  );
  return { kind: 'script', script: { transaction: direction.transaction, statements } };
}

function lineOfUp(source: MigrationSource): number | null {
  const text = Buffer.from(source.content).toString('utf8');
  const at = text.search(
    /\bexports\.up\b|\bexport\s+(?:const|let|var|async\s+function|function)\s+up\b|\bup\s*[:=(]/,
  );
  return at < 0 ? null : text.slice(0, at).split('\n').length;
}
