import { describe, expect, it } from 'vitest';
import type { ApplyWindow } from '../../src/domain/policy.ts';
import { localTime, windowWords } from '../../src/domain/window.ts';
import type { Decision, DecisionStatus } from '../../src/domain/gate.ts';
import { withWindow } from '../../src/gate/with-window.ts';
import { isOpen, nextOpening } from '../../src/gate/windows.ts';
import { seeded } from '../support/seeded.ts';

const hour = 60;
const berlin: ApplyWindow = { days: [1, 2, 3, 4], from: 9 * hour, to: 16 * hour, zone: 'Europe/Berlin' };

function window(days: readonly number[], from: number, to: number, zone: string): ApplyWindow {
  return { days, from, to, zone };
}

const everyDay = [1, 2, 3, 4, 5, 6, 7];

describe('the next opening', () => {
  it.each<[string, readonly ApplyWindow[], string, string]>([
    ['is now inside of a window', [berlin], '2026-11-25T10:00:30Z', '2026-11-25T10:00:30.000Z'],
    ['is this morning before it', [berlin], '2026-11-25T02:00:00Z', '2026-11-25T08:00:00.000Z'],
    [
      'is after a window, which ends before its last minute',
      [berlin],
      '2026-11-25T15:00:00Z',
      '2026-11-26T08:00:00.000Z',
    ],
    ['is after the week end', [berlin], '2026-11-26T15:00:00Z', '2026-11-30T08:00:00.000Z'],
    ['is an hour earlier in summer', [berlin], '2026-07-01T17:00:00Z', '2026-07-02T07:00:00.000Z'],
    [
      'is the earliest of several',
      [berlin, window([6], 0, 24 * hour, 'America/New_York')],
      '2026-11-27T12:00:00Z',
      '2026-11-28T05:00:00.000Z',
    ],
    [
      'goes by the zone’s day, not by that of UTC',
      [window([1], 0, hour, 'Asia/Tokyo')],
      '2026-11-28T12:00:00Z',
      '2026-11-29T15:00:00.000Z',
    ],
    [
      'is the first hour that there is where the clock is put forward over its beginning',
      [window([7], 2 * hour, 4 * hour, 'Europe/Berlin')],
      '2026-03-28T12:00:00Z',
      '2026-03-29T01:00:00.000Z',
    ],
    [
      'is a week later where the clock is put forward over all of it',
      [window([7], 2 * hour, 3 * hour, 'Europe/Berlin')],
      '2026-03-28T12:00:00Z',
      '2026-04-05T00:00:00.000Z',
    ],
    [
      'comes again where the clock is put back',
      [window([7], 2 * hour, 2 * hour + 30, 'Europe/Berlin')],
      '2026-10-25T00:45:00Z',
      '2026-10-25T01:00:00.000Z',
    ],
    [
      'is found across a day that a zone left out',
      [window([5], 9 * hour, 10 * hour, 'Pacific/Apia')],
      '2011-12-30T00:00:00Z',
      '2012-01-05T19:00:00.000Z',
    ],
  ])('%s', (_what, windows, at, expected) => {
    expect(nextOpening(windows, new Date(at)).at.toISOString()).toBe(expected);
  });

  it('is what walking on minute by minute comes to, around every change of a clock', () => {
    const random = seeded(20261125);
    const zones = [
      'UTC',
      'Europe/Berlin',
      'America/New_York',
      'Australia/Lord_Howe',
      'Asia/Kathmandu',
      'Africa/Casablanca',
    ];
    const changes = [
      '2026-03-08',
      '2026-03-29',
      '2026-04-05',
      '2026-10-04',
      '2026-10-25',
      '2026-11-01',
      '2026-02-15',
      '2026-03-22',
    ];
    for (let round = 0; round < 120; round += 1) {
      const windows = Array.from({ length: 1 + random.below(3) }, () => {
        const from = random.below(24 * 60 - 15);
        const days = everyDay.filter(() => random.below(3) === 0);
        return window(
          days.length === 0 ? [7] : days,
          from,
          from + 1 + random.below(24 * 60 - from),
          random.pick(zones),
        );
      });
      const at = new Date(
        Date.parse(random.pick(changes)) - 2 * 86_400_000 + random.below(4 * 86_400) * 1000,
      );
      const found = nextOpening(windows, at);
      expect(found.at.getTime(), JSON.stringify({ windows, at })).toBe(walk(windows, at).getTime());
      expect(isOpen(windows, at)).toBe(found.at.getTime() === at.getTime());
    }
  });

  it('is told by the clock of its own zone', () => {
    expect(localTime(nextOpening([berlin], new Date('2026-11-26T15:00:00Z')))).toBe(
      'Mon 30 Nov 2026 09:00 Europe/Berlin',
    );
  });

  it('is not to be had without a window', () => {
    expect(() => nextOpening([], new Date(0))).toThrow(/window was expected/);
  });
});

describe('a decision about an environment with windows', () => {
  const policy = { name: 'prod', windows: [berlin] };
  const decided = (status: DecisionStatus): Decision => ({
    status,
    code: status,
    message: 'So it is.',
    children: [],
  });
  const added = (status: DecisionStatus, at: string, steps = 1): readonly string[] =>
    withWindow(decided(status), policy, steps, new Date(at)).children.map(({ code }) => code);

  it('says when it is applied, and stays what it is', () => {
    expect(added('allowed', '2026-11-25T10:00:00Z')).toEqual(['window-open']);
    expect(added('waiting', '2026-11-25T20:00:00Z')).toEqual(['window-shut']);
    const shut = withWindow(decided('allowed'), policy, 1, new Date('2026-11-27T10:00:00Z'));
    expect(shut.status).toBe('allowed');
    expect(shut.children[0]?.message).toMatch(/from Mon 30 Nov 2026 09:00 Europe\/Berlin on/);
  });

  it('says nothing where nothing runs, or where it cannot', () => {
    expect(added('allowed', '2026-11-25T20:00:00Z', 0)).toEqual([]);
    expect(added('refused', '2026-11-25T20:00:00Z')).toEqual([]);
  });
});

describe('windows in words', () => {
  it('are as they are written', () => {
    const sunday = window([1, 3, 7], 0, 24 * hour, 'UTC');
    expect(windowWords([berlin, sunday])).toBe(
      'Mon-Thu 09:00-16:00 Europe/Berlin, Mon,Wed,Sun 00:00-24:00 UTC',
    );
  });
});

/** The slow way: looks at the clock on the wall of each zone, a minute after the other. */
function walk(windows: readonly ApplyWindow[], at: Date): Date {
  const walls = windows.map(({ zone, days, from, to }) => {
    const format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
    return (moment: Date): boolean => {
      const [, day = '', hours = '', minutes = ''] = /^(\w+),? (\d+):(\d+)/.exec(format.format(moment)) ?? [];
      const now = Number(hours) * 60 + Number(minutes);
      const names = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
      return days.includes(names.indexOf(day) + 1) && now >= from && now < to;
    };
  });
  let moment = at;
  while (!walls.some((isOn) => isOn(moment))) {
    moment = new Date((Math.floor(moment.getTime() / 60_000) + 1) * 60_000);
  }
  return moment;
}
