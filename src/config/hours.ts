import { z } from 'zod';
import type { ApplyWindow } from '../domain/policy.ts';

const units: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

const durationForm = 'a time such as 30m, 24h or 7d';

/** A length of time, in milliseconds. */
export const duration = z.string({ error: durationForm }).transform((text, context): number => {
  const [, digits = '', unit = ''] = /^([1-9]\d{0,3})([mhd])$/.exec(text) ?? [];
  const milliseconds = Number(digits) * (units[unit] ?? 0);
  if (milliseconds > 0) return milliseconds;
  context.addIssue({ code: 'custom', message: durationForm });
  return z.NEVER;
});

/** How a window is written. */
export const windowForm = "windows such as ['Mon-Thu 09:00-16:00 Europe/Berlin']";

const dayNames = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;
const form = /^(\S+) (\d\d):(\d\d)-(\d\d):(\d\d)(?: (\S+))?$/;

/** One window; without a zone it is in UTC. */
export const applyWindow = z.string({ error: windowForm }).transform((text, context): ApplyWindow => {
  const refuse = (message: string): never => {
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  };
  const [, days = '', fromHour, fromMinute, toHour, toMinute, zone = 'UTC'] = form.exec(text.trim()) ?? [];
  const found = daysOf(days);
  if (found === null) return refuse("days and hours such as 'Mon-Thu 09:00-16:00 Europe/Berlin'");
  const from = minutesOf(fromHour, fromMinute);
  const to = minutesOf(toHour, toMinute);
  if (from === null || to === null || from >= to) {
    return refuse('hours from 00:00 to 24:00, the earlier first; a window over midnight is two');
  }
  if (!isZone(zone)) return refuse('the name of a time zone, such as Europe/Berlin');
  return { days: found, from, to, zone };
});

/** `Mon`, `Mon-Thu`, `Mon,Wed`, `Fri-Mon`, `daily`; null for anything else. */
function daysOf(text: string): readonly number[] | null {
  if (text.toLowerCase() === 'daily') return [1, 2, 3, 4, 5, 6, 7];
  const found = text.split(',').map((part) => {
    const [first = '', last = first, ...more] = part.split('-');
    const [from, to] = [dayOf(first), dayOf(last)];
    if (from === 0 || to === 0 || more.length > 0) return null;
    return Array.from({ length: ((to - from + 7) % 7) + 1 }, (_, at) => ((from - 1 + at) % 7) + 1);
  });
  const all = found.flatMap((days) => days ?? [0]);
  return all.includes(0) ? null : [...new Set(all)].sort();
}

/** From 1, or 0 for what is no day. */
function dayOf(text: string): number {
  return dayNames.findIndex((name) => name.toLowerCase() === text.toLowerCase()) + 1;
}

function minutesOf(hour: string | undefined, minute: string | undefined): number | null {
  const [hours, minutes] = [Number(hour), Number(minute)];
  const all = hours * 60 + minutes;
  return hour !== undefined && minutes < 60 && all <= 1440 ? all : null;
}

function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en-GB', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
