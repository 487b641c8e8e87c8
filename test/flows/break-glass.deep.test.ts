import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { controlRows } from '../support/control-rows.ts';
import { withClient } from '../support/postgres.ts';
import { SHOP, type World } from '../support/world.ts';
import { expectAgreement } from './agreement.ts';
import { startScene } from './scene.ts';
import { ranAs, step, type Team } from './team.ts';

const repositoryFile = `version: 1
environments:
  prod:
    branch: main
    approvals: { required: 1, from: ['@acme/dba'] }
    windows: ['Mon-Thu 09:00-16:00 Europe/Berlin']
    break_glass: { from: [ada, wim] }
  lab:
    branch: lab
    protected: false
    windows: ['Mon-Thu 09:00-16:00 Europe/Berlin']
    break_glass: { from: [ada] }
`;

const friday = new Date('2026-06-12T14:00:00Z');

describe('breaking the glass', () => {
  let world: World;
  let team: Team;

  beforeAll(async () => {
    ({ world, team } = await startScene({ repositoryFile, startsAt: friday, environments: ['prod', 'lab'] }));
  });
  afterAll(() => world.close());

  const issue = async (): Promise<number> => {
    const { data } = await world.as('ada').rest.issues.listForRepo({ ...SHOP, state: 'open' });
    return data.find((one) => one.title.startsWith('Review afterwards'))?.number ?? 0;
  };
  /** GitHub's clock shows the real time, the service's a Friday: what is said by `/confirm` alone is after the glass. */
  const review = async (): Promise<void> => {
    await team.comment(await issue(), 'dan', '/confirm');
    await world.settled();
    expect(await team.alerts()).toEqual([]);
  };

  it('opens the gate of one plan for those who may, with a why, and is reviewed afterwards', async () => {
    const number = await team.open({ branch: 'second', files: step(2) });
    await world.settled();
    expect(await team.told(number, 'dan', '/apply --now "it cannot wait"')).toMatch(
      /`dan` may not use `\/apply`/,
    );
    expect(await team.told(number, 'wim', '/apply --now')).toMatch(/was not understood/);
    expect(await team.check(number, 'gate')).toBe('action_required');
    expect(await team.told(number, 'wim', '/apply --now "checkout @acme/dba is down"')).toMatch(
      /The glass of `prod` is broken/,
    );
    expect(await team.check(number, 'gate')).toBe('success');
    expect(await team.said(number, 'gate')).toMatch(/`wim` lets this through/);
    expect(await team.alerts()).toEqual([`Review afterwards: the glass of prod was broken by #${number}`]);
    const { data } = await world.as('ada').rest.issues.get({ ...SHOP, issue_number: await issue() });
    expect(data.body).toMatch(/They wrote in it, too/);
    expect(data.body).not.toContain('@acme');
    // Another plan is another matter.
    await team.push('second', step(3));
    await world.settled();
    expect(await team.check(number, 'gate')).toBe('action_required');
    await team.push('second', { 'migrations/0003_step.sql': null });
    await world.settled();
    await team.merge(number);
    await world.settled();
    expect(await world.history('prod')).toContain(ranAs(2));
    expect(await team.told(await issue(), 'wim', '/confirm')).toMatch(/may not use `\/confirm`/);
    await review();
    expect(await audited(world)).toEqual(['glass-broken', 'glass-used', 'glass-reviewed']);
  });

  it('lets through what was merged and waits for its window', async () => {
    const number = await team.land({ branch: 'third', files: step(3) });
    expect(await world.history('prod')).not.toContain(ranAs(3));
    expect(await team.told(number, 'ada', '/apply --now "the fix is due"')).toMatch(/is applied now/);
    expect(await world.history('prod')).toContain(ranAs(3));
    await review();
  });

  it('lets through what is held because nobody approved it, asked on the alert issue', async () => {
    const number = await team.open({ branch: 'fourth', files: step(4) });
    await world.settled();
    await team.merge(number);
    await world.settled();
    expect(await team.holds()).toEqual(['prod: not-approved']);
    await team.told(await team.alert(), 'ada', '/apply --now "shop is down"');
    expect(await world.history('prod')).toContain(ranAs(4));
    expect(await team.holds()).toEqual([]);
    await review();
  });

  it('lets through a direct push that waits, said on an issue for an environment that is named', async () => {
    const first = await team.push('lab', step(2));
    await world.settled();
    const second = await team.push('lab', step(3));
    await world.settled();
    expect(await world.history('lab')).toEqual([ranAs(1)]);
    const { data } = await world.as('ada').rest.issues.create({ ...SHOP, title: 'The lab is down' });
    expect(await team.told(data.number, 'ada', '/apply --now "it is down"')).toMatch(
      /Name one of: prod, lab/,
    );
    expect(await team.told(data.number, 'wim', '/apply --now lab "it is down"')).toMatch(/may not use/);
    expect(await team.told(data.number, 'ada', '/apply --now lab "it is down"')).toContain(
      `Commit \`${first.slice(0, 10)}\` is applied now`,
    );
    expect(await world.history('lab')).toEqual([1, 2].map(ranAs));
    await review();
    expect(await team.told(data.number, 'ada', '/apply --now lab "still down"')).toContain(
      second.slice(0, 10),
    );
    expect(await world.history('lab')).toEqual([1, 2, 3].map(ranAs));
    await review();
    expect(await team.told(data.number, 'ada', '/apply --now lab "and now?"')).toMatch(/nothing here to let/);
  });

  it('says that it is applied where the merge came before the answer', async () => {
    const number = await team.open({ branch: 'answered-late', files: step(5) });
    await world.settled();
    expect(await team.told(number, 'ada', '/apply --now "shop is down"')).toMatch(/once merged/);
    let isDeaf = true;
    world.github.hooks.drop(() => isDeaf, 1000);
    await team.merge(number);
    await world.settled();
    expect(await world.history('prod')).not.toContain(ranAs(5));
    isDeaf = false;
    // As where the process ended before the job did.
    await controlRows(
      world.control,
      `UPDATE pgboss.job SET state = 'retry', completed_on = NULL
        WHERE data->>'kind' = 'act' AND (data->>'pullRequest')::int = $1`,
      [number],
    );
    await world.settled();
    expect((await team.answers(number)).at(-1)).toMatch(/is applied now/);
    expect(await world.history('prod')).toContain(ranAs(5));
    await review();
  });

  it('does not go round a red plan or somebody’s hold, and lets nothing through for who may no more', async () => {
    const red = await team.open({ branch: 'red', files: step(6, 'step_0001') });
    await world.settled();
    expect(await team.told(red, 'ada', '/apply --now "now"')).toMatch(/The plan cannot run/);
    const number = await team.open({ branch: 'fifth', files: step(6) });
    await world.settled();
    await team.told(number, 'dan', '/hold prod "a freeze"');
    expect(await team.told(number, 'ada', '/apply --now "now"')).toMatch(
      /is on hold, and this is no way round it/,
    );
    await team.told(number, 'dan', '/release prod');
    await team.told(number, 'wim', '/apply --now "now"');
    expect(await team.check(number, 'gate')).toBe('success');
    await team.rule(repositoryFile.replace('[ada, wim]', '[ada]'));
    await world.settled();
    await team.merge(number);
    await world.settled();
    expect(await team.holds()).toEqual(['prod: not-approved']);
    expect(await world.history('prod')).not.toContain(ranAs(6));
    await team.told(number, 'ada', '/apply --now "so be it"');
    expect(await world.history('prod')).toContain(ranAs(6));
    await expectAgreement(world);
  });
});

async function audited(world: World): Promise<readonly string[]> {
  const { rows } = await withClient(world.control.url, (client) =>
    client.query<{ action: string }>(
      `SELECT action FROM tidegate.audit WHERE action LIKE 'glass-%' ORDER BY id`,
    ),
  );
  return rows.map(({ action }) => action);
}
