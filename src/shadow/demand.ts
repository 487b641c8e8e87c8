import type { Clock } from '../ports/clock.ts';

/** Plans that begin within this time of one another were asked for at once: a push to a branch with many pull requests. */
const burstMs = 5_000;
/** What was asked for at once is expected again for so long. */
const expectedMs = 60 * 60_000;
/** Plans of a burst leave gaps between one that is done and the next that begins, but shorter ones. */
const restMs = 1_000;

/** How many plans are at work, and how many were asked for at once lately. */
export interface Demand {
  /** A plan begins. */
  begin(): void;
  /** A plan that began is done. */
  end(): void;
  /** The most that were asked for at once within the last hour. */
  most(): number;
  /** Whether none has been at work for a second. */
  isAtRest(): boolean;
  /** Says no more that it is at rest. */
  close(): void;
}

/** `onRest` is called each time when no plan has been at work for a second. */
export function watchDemand(now: Clock, onRest: () => void): Demand {
  let recent: readonly number[] = [];
  let peak = { count: 0, at: 0 };
  let atWork = 0;
  let isAtRest = true;
  let rest: NodeJS.Timeout | undefined;
  return {
    begin() {
      atWork += 1;
      isAtRest = false;
      clearTimeout(rest);
      const at = now().getTime();
      recent = [...recent.filter((earlier) => at - earlier < burstMs), at];
      if (recent.length >= peak.count || at - peak.at >= expectedMs) peak = { count: recent.length, at };
    },
    end() {
      atWork -= 1;
      if (atWork > 0) return;
      rest = setTimeout(() => {
        isAtRest = true;
        onRest();
      }, restMs).unref();
    },
    most: () => (now().getTime() - peak.at < expectedMs ? peak.count : 0),
    isAtRest: () => isAtRest,
    close: () => clearTimeout(rest),
  };
}
