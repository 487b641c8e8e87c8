import type { Place } from '../protocol.ts';

/** An error's words, and where in the migration's file it came from. */
export function explain(error: unknown, entry: string): { message: string; place: Place | null } {
  if (!(error instanceof Error)) return { message: `it threw ${printed(error)}`, place: null };
  return { message: `${error.name}: ${error.message}`, place: placeIn(error.stack ?? '', entry) };
}

/** Anything can be thrown, and asking it what it is can throw again. */
function printed(thrown: unknown): string {
  try {
    return typeof thrown === 'string' ? JSON.stringify(thrown) : `${String(thrown)}, which is no Error`;
  } catch {
    return 'something that cannot be shown';
  }
}

/** The innermost place of a QuickJS stack that lies in `entry`. */
export function placeIn(stack: string, entry: string): Place | null {
  for (const frame of stack.split('\n')) {
    const at = frame.lastIndexOf(`${entry}:`);
    const found = at < 0 ? null : /^:(\d+)(?::(\d+))?/.exec(frame.slice(at + entry.length));
    if (found !== null) return { line: Number(found[1]), column: Number(found[2] ?? 1) };
  }
  return null;
}
