import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { withClient } from '../support/postgres.ts';
import { SHOP, type World } from '../support/world.ts';
import { expectAgreement } from './agreement.ts';
import { startScene } from './scene.ts';
import { fileOf, ranAs, step, type Team } from './team.ts';

const dayMs = 86_400_000;
const hourMs = 3_600_000;

/** Only on the weekday of three days ago: neither an hour ago nor now is in it. */
const weekday = new Intl.DateTimeFormat('en-GB', { weekday: 'short', timeZone: 'UTC' });
const repositoryFile = `version: 1
environments:
  prod:
    branch: main
    approvals: { required: 1, from: ['@acme/dba'] }
    rollback: { approvals: 1, from: ['@acme/dba'] }
    windows: ['${weekday.format(Date.now() - 3 * dayMs)} 00:00-24:00 UTC']
    break_glass: { from: [ada, dan] }
`;

describe('the review after broken glass', () => {
  let world: World;
  let team: Team;

  /** Before all that GitHub's clock, which shows the real time, gives to a review. */
  const early = (): void => world.setTime(new Date(Date.now() - hourMs));

  beforeAll(async () => {
    ({ world, team } = await startScene({ repositoryFile, startsAt: new Date(Date.now() - hourMs) }));
  });
  beforeEach(() => early());
  afterAll(() => world.close());

  const approved = async (number: number, login: string): Promise<void> => {
    await team.approve(number, login);
    await world.settled();
  };
  const issueWith = async (words: string): Promise<number> => {
    const { data } = await world.as('ada').rest.issues.listForRepo({ ...SHOP, state: 'open' });
    return data.find(({ title }) => title.includes(words))?.number ?? 0;
  };
  const title = (number: number): string => `Review afterwards: the glass of prod was broken by #${number}`;

  it('is not for who broke it, and is done by a review of the open pull request', async () => {
    const number = await team.open({ branch: 'second', files: step(2) });
    await world.settled();
    await team.told(number, 'dan', '/apply --now "shop is down"');
    expect(await team.check(number, 'gate')).toBe('success');
    const issue = await issueWith('Review afterwards');
    expect(await team.told(issue, 'dan', '/confirm')).toMatch(
      /`dan` confirmed on .*, but let it through themselves/,
    );
    // Said by a review it is no more than by a command.
    await approved(number, 'dan');
    expect(await team.alerts()).toEqual([title(number)]);
    expect(await team.told(issue, 'dan', '/confirm')).toMatch(
      /`dan` approved, but let it through themselves/,
    );
    await approved(number, 'wanda');
    expect(await team.alerts()).toEqual([title(number)]);
    await approved(number, 'dora');
    expect(await team.alerts()).toEqual([]);
    expect(await glassAudit(world)).toEqual(['glass-broken', 'glass-reviewed']);
    await team.merge(number);
    await world.settled();
    // Reviewed before its use, it is used all the same.
    expect(await world.history('prod')).toContain(ranAs(2));
  });

  it('is done by a review of the merged pull request, not by that of who broke it', async () => {
    const number = await team.open({ branch: 'third', files: step(3) });
    await world.settled();
    await team.told(number, 'dan', '/apply --now "shop is down"');
    await team.merge(number);
    await world.settled();
    expect(await world.history('prod')).toContain(ranAs(3));
    await approved(number, 'dan');
    expect(await team.alerts()).toEqual([title(number)]);
    await approved(number, 'dora');
    expect(await team.alerts()).toEqual([]);
  });

  it('wants a word that was said after it', async () => {
    const number = await team.open({ branch: 'fourth', files: step(4) });
    await world.settled();
    await approved(number, 'dan');
    expect(await team.check(number, 'gate')).toBe('success');
    world.setTime(new Date(Date.now() + hourMs));
    await team.told(number, 'ada', '/apply --now "not on Monday"');
    await team.merge(number);
    await world.settled();
    expect(await world.history('prod')).toContain(ranAs(4));
    await team.comment(number, 'rita', 'Thank you!');
    await world.service.sweep();
    await world.settled();
    expect(await team.alerts()).toEqual([title(number)]);
    expect(await team.told(await issueWith('Review afterwards'), 'dan', '/confirm')).toMatch(
      /The review is done/,
    );
    expect(await team.alerts()).toEqual([]);
  });

  it('is not done by a `/confirm` that was written before it, and heard after it', async () => {
    const number = await team.open({ branch: 'seventh', files: step(7) });
    await world.settled();
    const release = world.github.hooks.delay(({ event }) => event === 'issue_comment');
    await team.comment(number, 'dora', '/confirm');
    await team.comment(number, 'ada', '/apply --now "shop is down"');
    await expect.poll(() => team.alerts(), { timeout: 30_000 }).toEqual([title(number)]);
    release();
    await world.settled();
    expect((await team.answers(number)).at(-1)).toMatch(/written before the `\/apply --now` that waits here/);
    expect(await team.alerts()).toEqual([title(number)]);
    expect(await team.told(number, 'dora', '/confirm')).toMatch(/The review is done/);
    await team.close(number);
  });

  it('follows each use: what was taken back is not let through again', async () => {
    const number = await team.open({ branch: 'fifth', files: step(5) });
    await world.settled();
    await team.told(number, 'ada', '/apply --now "shop is down"');
    await team.merge(number);
    await world.settled();
    await team.told(await issueWith('Review afterwards'), 'dora', '/confirm');
    await team.told(number, 'dan', '/rollback --accept-data-loss');
    await team.told(number, 'dora', '/confirm');
    expect(await team.holds()).toEqual(['prod: rolled-back']);
    await team.merge(await openPull(world));
    await world.settled();
    expect(await team.holds()).toEqual([]);
    const again = await team.open({ branch: 'fifth-again', files: step(5) });
    await world.settled();
    expect(await team.check(again, 'gate')).toBe('action_required');
    await team.merge(again);
    await world.settled();
    expect(await team.holds()).toEqual(['prod: not-approved']);
    expect(await world.history('prod')).not.toContain(ranAs(5));
    await team.push('main', { [fileOf(5)]: null });
    await world.settled();
    expect(await team.holds()).toEqual([]);
  });

  it('is spent also where no pull request tells the first use from the second', async () => {
    const pushed = async (): Promise<void> => {
      await team.push('main', step(6));
      await world.settled();
      expect(await team.holds()).toEqual(['prod: not-approved']);
      expect(await world.history('prod')).not.toContain(ranAs(6));
    };
    const through = async (): Promise<void> => {
      await team.told(await issueWith('on hold'), 'ada', '/apply --now "shop is down"');
      await team.told(await issueWith('Review afterwards'), 'dan', '/confirm');
      expect(await team.alerts()).toEqual([]);
    };
    await pushed();
    await through();
    expect(await world.history('prod')).toContain(ranAs(6));
    const removal = await team.open({ branch: 'not-sixth', files: { [fileOf(6)]: null } });
    await world.settled();
    await team.told(removal, 'ada', '/apply --now "it was wrong"');
    await team.told(await issueWith('Review afterwards'), 'dan', '/confirm');
    await team.merge(removal);
    await world.settled();
    expect(await world.history('prod')).not.toContain(ranAs(6));
    await pushed();
    await through();
    expect(await world.history('prod')).toContain(ranAs(6));
    await expectAgreement(world);
  });
});

async function openPull(world: World): Promise<number> {
  const { data } = await world.as('ada').rest.pulls.list({ ...SHOP, state: 'open' });
  return data[0]?.number ?? 0;
}

async function glassAudit(world: World): Promise<readonly string[]> {
  const { rows } = await withClient(world.control.url, (client) =>
    client.query<{ action: string }>(
      `SELECT action FROM tidegate.audit WHERE action LIKE 'glass-%' ORDER BY id`,
    ),
  );
  return rows.map(({ action }) => action);
}
