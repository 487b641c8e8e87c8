import type { MigrationSource } from '../domain/migration.ts';
import { type Compiling, problemOf } from './compilation.ts';
import { limits } from './limits.ts';
import type { Place } from './sandbox/protocol.ts';

type Refusal = Extract<Compiling, { kind: 'problem' }>;

const absent = new Set([
  'process',
  'fetch',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'Buffer',
  'global',
  'window',
  '__dirname',
  '__filename',
  'URL',
  'crypto',
  'performance',
  'TextEncoder',
  'TextDecoder',
  'WebSocket',
  'WebAssembly',
  'XMLHttpRequest',
  'structuredClone',
  'Intl',
]);

/** Code that threw, in words that say what is missing where that is the sandbox's doing. */
export function sayFailure(
  source: MigrationSource,
  failure: { readonly message: string; readonly place: Place | null },
  lineOf: (place: Place) => number,
): Refusal {
  const name = /'?(\w+)'? is not defined/.exec(failure.message)?.[1] ?? '';
  const why = absent.has(name)
    ? `"${name}" is not available in migrations, which are compiled without network, files, timers and environment. Write the SQL that is to run.`
    : `Running its code to learn its statements failed: ${failure.message.slice(0, 500)}.`;
  const line = failure.place === null ? null : lineOf(failure.place);
  return problemOf(source, 'compile', why, { line, detail: failure.message.slice(0, 4000) });
}

const reasons = {
  deadline:
    'its code did not come to an end within {seconds} seconds. Make it a plain list of pgm calls, without long loops',
  ended: 'its code used up the memory or the stack of the sandbox. Make it a plain list of pgm calls',
  nonsense: `its code made something that is no SQL text: NUL, half a character, or more than ${String(limits.sqlLength / 1024 / 1024)} MiB`,
  unsteady:
    'its statements change with the clock or with random numbers, so that those approved would not be those that run. Let SQL decide, with now() or random(), or write the value itself',
} as const;

/** Code that was ended from outside, or whose answer cannot be used. */
export function sayStopped(source: MigrationSource, why: keyof typeof reasons, deadlineMs: number): Refusal {
  const reason = reasons[why].replace('{seconds}', String(deadlineMs / 1000));
  return problemOf(source, 'compile', `It cannot be compiled: ${reason}.`);
}
