import type { ApplyWindow } from './policy.ts';

/** When migrations are applied next, and whose clock people are told it by. */
export interface Opening {
  readonly at: Date;
  /** IANA name of a time zone. */
  readonly zone: string;
}

/** A change that is on the branch and allowed, and waits for its environment's next window. */
export interface WaitingChange {
  readonly commit: string;
  readonly pullRequest: number | null;
  readonly digest: string;
  readonly opening: Opening;
}

/** A moment as the clock of a zone shows it, as in `Mon 30 Nov 2026 09:00 Europe/Berlin`. */
export function localTime({ at, zone }: Opening): string {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hourCycle: 'h23',
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  });
  const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]));
  const part = (name: Intl.DateTimeFormatPartTypes): string => parts.get(name) ?? '';
  const day = `${part('weekday')} ${part('day')} ${part('month')} ${part('year')}`;
  return `${day} ${part('hour')}:${part('minute')} ${zone}`;
}

const dayNames = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;

/** Windows as the configuration writes them, as in `Mon-Thu 09:00-16:00 Europe/Berlin`. */
export function windowWords(windows: readonly ApplyWindow[]): string {
  return windows
    .map(({ days, from, to, zone }) => `${dayWords(days)} ${clockTime(from)}-${clockTime(to)} ${zone}`)
    .join(', ');
}

function dayWords(days: readonly number[]): string {
  const [first = 1] = days;
  const last = days.at(-1) ?? first;
  const name = (day: number): string => dayNames[day - 1] ?? '';
  const isRow = days.every((day, index) => day === first + index);
  return isRow && days.length > 2 ? `${name(first)}-${name(last)}` : days.map(name).join(',');
}

function clockTime(minutes: number): string {
  const two = (number: number): string => String(number).padStart(2, '0');
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
