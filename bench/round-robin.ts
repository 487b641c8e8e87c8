import type { Measurement, Missed, Results } from './measurement.ts';
import { summary } from './statistics.ts';

/** One way of doing the work that is measured, made ready for one size. */
export interface Contestant {
  readonly name: string;
  /** Migrations in the history. */
  readonly size: number;
  /** How often it is measured. */
  readonly runs: number;
  /** Does the work once and gives its time in milliseconds; `run` differs each time. Throws where it cannot. */
  readonly measure: (run: number) => Promise<number>;
}

/** It did not come to its end in time. */
export class TookTooLong extends Error {
  override readonly name = 'TookTooLong';
}

export interface Round {
  readonly suite: string;
  readonly contestants: readonly Contestant[];
  /** Before each measurement, outside of what is timed. */
  readonly pause: () => Promise<void>;
  readonly signal: AbortSignal;
  readonly progress: (text: string) => void;
}

/**
 * Measures all contestants in turn, once each in every round until each has had its runs, so that whatever the
 * machine does meanwhile meets all of them. Who fails is out, and `missed` says why. Throws where it is stopped.
 */
export async function roundRobin({ contestants, signal, ...round }: Round): Promise<Results> {
  const { suite } = round;
  const times = new Map(contestants.map((one): [Contestant, number[]] => [one, []]));
  const missed = new Map<Contestant, Missed>();
  const most = Math.max(0, ...contestants.map(({ runs }) => runs));
  for (let run = 0; run < most; run += 1) {
    for (const one of contestants) {
      const { name, size, runs, measure } = one;
      if (run >= runs || missed.has(one)) continue;
      round.progress(`${suite} at ${size}: ${name}, ${run + 1} of ${runs}`);
      await round.pause();
      signal.throwIfAborted();
      try {
        times.get(one)?.push(await measure(run));
      } catch (error) {
        signal.throwIfAborted();
        const isTooLong = error instanceof TookTooLong;
        missed.set(one, { suite, case: name, size, reason: reasonOf(error), isTooLong });
      }
    }
  }
  const measured = contestants.flatMap((one): Measurement[] => {
    const values = times.get(one) ?? [];
    const isWhole = values.length > 0 && !missed.has(one);
    return isWhole ? [{ suite, case: one.name, size: one.size, unit: 'ms', ...summary(values) }] : [];
  });
  return { measured, missed: [...missed.values()] };
}

/** The words of an error, on one line. */
export function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).trim().split('\n').join(' ').slice(0, 300);
}
