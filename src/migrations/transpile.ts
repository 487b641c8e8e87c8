import { SourceMap } from 'node:module';
import { z } from 'zod';
import { runEsbuild } from './sandbox/esbuild.ts';
import type { Place } from './sandbox/protocol.ts';

/** A file as CommonJS, with the way back to the lines that its author wrote. */
export type Transpiled =
  | { readonly kind: 'code'; readonly code: string; readonly lineOf: LineOf }
  | { readonly kind: 'failed'; readonly message: string; readonly line: number | null };

export type LineOf = (place: Place) => number;

const asWritten: LineOf = (place) => place.line;

/**
 * Turns JavaScript, TypeScript or JSON into CommonJS, without looking at any other file. Code that neither
 * imports nor exports by those words is CommonJS already and stays as it is.
 */
export async function transpile(
  path: string,
  text: string,
  deadlineMs: number,
  signal?: AbortSignal,
): Promise<Transpiled> {
  if (path.endsWith('.json')) return fromJson(text);
  if (/\.c?js$/.test(path) && !/\b(?:import|export)\b/.test(text)) {
    return { kind: 'code', code: text.replace(/^#!/, '//'), lineOf: asWritten };
  }
  const loader = path.endsWith('ts') ? 'ts' : 'js';
  const result = await runEsbuild({
    args: [
      `--loader=${loader}`,
      `--sourcefile=${path}`,
      '--format=cjs',
      '--target=es2022',
      '--supported:dynamic-import=false',
      '--sourcemap=inline',
      '--sources-content=false',
      '--log-level=error',
      '--log-limit=1',
      '--color=false',
    ],
    input: text,
    directory: '/',
    confined: true,
    deadlineMs,
    signal,
  });
  switch (result.kind) {
    case 'done':
      return withMap(result.output);
    case 'failed':
      return { kind: 'failed', ...readError(result.errors, path) };
    case 'stopped':
      return { kind: 'failed', message: 'the compiler ran out of time or memory on it', line: null };
  }
}

/** A migration with what it imports, all as CommonJS; `lineOf` is of the migration itself. */
export async function transpileAll(
  entry: string,
  texts: ReadonlyMap<string, string>,
  deadlineMs: number,
  signal?: AbortSignal,
): Promise<
  | { readonly kind: 'code'; readonly files: ReadonlyMap<string, string>; readonly lineOf: LineOf }
  | { readonly kind: 'failed'; readonly path: string; readonly message: string; readonly line: number | null }
> {
  const files = new Map<string, string>();
  let lineOf = asWritten;
  for (const [path, text] of texts) {
    const result = await transpile(path, text, deadlineMs, signal);
    if (result.kind === 'failed') return { ...result, path };
    files.set(path, result.code);
    if (path === entry) ({ lineOf } = result);
  }
  return { kind: 'code', files, lineOf };
}

function fromJson(text: string): Transpiled {
  try {
    return {
      kind: 'code',
      code: `module.exports = JSON.parse(${JSON.stringify(JSON.stringify(JSON.parse(text)))})`,
      lineOf: asWritten,
    };
  } catch (error) {
    return { kind: 'failed', message: String(error), line: null };
  }
}

const mapShape = z.object({
  version: z.number(),
  sources: z.array(z.string()),
  names: z.array(z.string()),
  mappings: z.string(),
});

function withMap(output: string): Transpiled {
  const mark = '//# sourceMappingURL=data:application/json;base64,';
  const at = output.lastIndexOf(mark);
  if (at < 0) return { kind: 'code', code: output, lineOf: asWritten };
  const payload = mapShape.parse(
    JSON.parse(Buffer.from(output.slice(at + mark.length), 'base64').toString('utf8')),
  );
  const map = new SourceMap({ file: '', sourceRoot: '', sourcesContent: [], ...payload });
  const lineOf = (place: Place): number => {
    const entry = map.findEntry(place.line - 1, Math.max(place.column - 1, 0));
    return 'originalLine' in entry ? entry.originalLine + 1 : 1;
  };
  return { kind: 'code', code: output.slice(0, at), lineOf };
}

function readError(errors: string, path: string): { message: string; line: number | null } {
  const message = /\[ERROR\] (.*)/.exec(errors)?.[1] ?? errors.trim();
  const at = errors.indexOf(`${path}:`);
  const line = at < 0 ? null : /^:(\d+)/.exec(errors.slice(at + path.length))?.[1];
  return { message, line: line === null || line === undefined ? null : Number(line) };
}
