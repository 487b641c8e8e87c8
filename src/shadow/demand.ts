import type { Clock } from '../ports/clock.ts';

/** Plans that begin within this time of one another were asked for at once: a push to a branch with many pull requests. */
const burstMs = 5_000;
/** What was asked for at once is expected again for so long. */
const expectedMs = 60 * 60_000;

/** How many plans were asked for at once lately. */
export interface Demand {
  /** One more was asked for. */
  add(): void;
  /** The most at once within the last hour. */
  most(): number;
}

export function watchDemand(now: Clock): Demand {
  let recent: readonly number[] = [];
  let peak = { count: 0, at: 0 };
  return {
    add() {
      const at = now().getTime();
      recent = [...recent.filter((earlier) => at - earlier < burstMs), at];
      if (recent.length >= peak.count || at - peak.at >= expectedMs) peak = { count: recent.length, at };
    },
    most: () => (now().getTime() - peak.at < expectedMs ? peak.count : 0),
  };
}
