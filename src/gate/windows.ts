import type { ApplyWindow } from '../domain/policy.ts';
import type { Opening } from '../domain/window.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** A week, and one more where a clock that is put forward takes a window's only hour away, and some days to spare. */
const farthestDays = 16;

/** Whether migrations are applied at that moment: the clock of a window's zone shows one of its days and hours. */
export function isOpen(windows: readonly ApplyWindow[], at: Date): boolean {
  return windows.some((window) => {
    const local = at.getTime() + clockOf(window.zone)(at.getTime());
    const minute = Math.floor((local % dayMs) / minuteMs);
    return window.days.includes(weekdayOf(local)) && minute >= window.from && minute < window.to;
  });
}

/**
 * The first moment from `at` on at which one of the windows is open, and the zone of that window; `at` itself where
 * one is. An hour that the zone's clock shows twice counts twice, one that it leaves out does not come.
 * @throws Error where there are no windows, or none that ever opens.
 */
export function nextOpening(windows: readonly ApplyWindow[], at: Date): Opening {
  const openings = windows.flatMap((window) => {
    const first = firstOf(window, at.getTime());
    return first === null ? [] : [{ at: new Date(first), zone: window.zone }];
  });
  const [earliest] = openings.sort((a, b) => a.at.getTime() - b.at.getTime());
  if (earliest === undefined) throw new Error('A window was expected that opens within two weeks.');
  return earliest;
}

function firstOf(window: ApplyWindow, from: number): number | null {
  const clock = clockOf(window.zone);
  for (let day = 0; day < farthestDays; day += 1) {
    const start = from + day * dayMs;
    for (const stretch of stretchesOf(clock, start, start + dayMs)) {
      const found = firstIn(window, stretch);
      if (found !== null) return found;
    }
  }
  return null;
}

/** Milliseconds that a zone's clock is ahead of UTC at a moment. */
type ZoneClock = (at: number) => number;

/** A time over which the zone's clock is not put forward or back; `to` is its first moment no more. */
interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly ahead: number;
}

function stretchesOf(clock: ZoneClock, from: number, to: number): readonly Stretch[] {
  const [before, after] = [clock(from), clock(to)];
  if (before === after) return [{ from, to, ahead: before }];
  let [last, first] = [from, to];
  while (first - last > 1) {
    const middle = Math.floor((last + first) / 2);
    if (clock(middle) === before) last = middle;
    else first = middle;
  }
  return [
    { from, to: first, ahead: before },
    { from: first, to, ahead: after },
  ];
}

function firstIn({ days, from, to }: ApplyWindow, stretch: Stretch): number | null {
  const begins = stretch.from + stretch.ahead;
  const midnight = begins - (begins % dayMs);
  for (const day of [midnight, midnight + dayMs]) {
    if (!days.includes(weekdayOf(day))) continue;
    const first = Math.max(begins, day + from * minuteMs);
    if (first < day + to * minuteMs && first < stretch.to + stretch.ahead) return first - stretch.ahead;
  }
  return null;
}

/** 1 is Monday, 7 Sunday; `local` is in milliseconds since the beginning of 1970 as the zone's clock shows it. */
function weekdayOf(local: number): number {
  // 1 January 1970 was a Thursday.
  return ((Math.floor(local / dayMs) + 3) % 7) + 1;
}

function clockOf(zone: string): ZoneClock {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  return (at) => {
    const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
    const part = (name: Intl.DateTimeFormatPartTypes): number => parts.get(name) ?? 0;
    const shown = Date.UTC(
      part('year'),
      part('month') - 1,
      part('day'),
      part('hour'),
      part('minute'),
      part('second'),
    );
    return shown - (at - (at % 1000));
  };
}
