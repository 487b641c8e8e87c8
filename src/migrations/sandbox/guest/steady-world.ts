const consoleMethods = [
  'log',
  'info',
  'warn',
  'error',
  'debug',
  'trace',
  'assert',
  'dir',
  'table',
  'group',
  'groupEnd',
  'time',
  'timeEnd',
  'count',
];

/**
 * Gives the migration a clock that stands and random numbers that repeat, both moved by `seed`: statements that
 * hang on either differ between two seeds, whatever the hour. Adds a console that says nothing.
 */
export function steadyWorld(seed: number): void {
  const now = Date.UTC(2001 + seed * 17, seed % 12, 3 + seed, 4 + seed, 5, 6, 7 + seed);
  Reflect.set(globalThis, 'Date', standingDate(now));
  Math.random = randomFrom(seed);
  const quiet = (): void => undefined;
  const console = Object.fromEntries(consoleMethods.map((name) => [name, quiet]));
  Reflect.set(globalThis, 'console', console);
}

function standingDate(now: number): DateConstructor {
  const Real = Date;
  const Standing = new Proxy(Real, {
    construct: (target, args: unknown[], newTarget: NewableFunction) =>
      Reflect.construct(target, args.length === 0 ? [now] : args, newTarget) as object,
    apply: () => new Real(now).toString(),
  });
  Real.now = () => now;
  Real.prototype.constructor = Standing;
  return Standing;
}

// Mulberry32 by Tommy Ettinger: small, and good enough to differ by seed.
function randomFrom(seed: number): () => number {
  let state = (seed * 0x9e3779b9) | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
