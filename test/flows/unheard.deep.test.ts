import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withClient } from '../support/postgres.ts';
import { SHOP, startWorld, type World } from '../support/world.ts';
import { fileOf, step, teamOf, textOf, type Team } from './team.ts';

const rules = (required: number): string => `version: 1
environments:
  dev: { branch: dev, protected: false }
  prod:
    branch: main
    approvals: { required: ${required}, from: ['@acme/dba'] }
`;

describe('what no webhook told of an open pull request, the sweep finds alone:', () => {
  let world: World;
  let team: Team;
  let number: number;

  beforeAll(async () => {
    world = await startWorld({
      repositoryFile: rules(1),
      environments: ['dev', 'prod'],
      branches: ['dev'],
      migrations: { '0001_step.sql': textOf('step_0001') },
      applied: true,
    });
    team = teamOf(world);
    await world.settled();
    number = await team.open({ branch: 'unheard', files: step(2) });
    await world.settled();
  });
  afterAll(() => world.close());

  /** Does something of which every webhook is lost. */
  const unheard = async (act: () => unknown): Promise<void> => {
    let isOn = true;
    world.github.hooks.drop(() => isOn, 1_000);
    await act();
    await world.settled();
    isOn = false;
  };
  const gateAfterSweep = async (): Promise<string | null> => {
    await world.service.sweep();
    await world.settled();
    return team.check(number, 'gate');
  };
  const decisions = (): Promise<number> =>
    withClient(world.control.url, async (client) => {
      const sql = `SELECT count(*)::int AS count FROM tidegate.audit WHERE action = 'gate-decided'`;
      return (await client.query<{ count: number }>(sql)).rows[0]?.count ?? 0;
    });
  const later = (minutes: number): void => world.setTime(new Date(world.time().getTime() + minutes * 60_000));

  it('an approval, and that it was dismissed', async () => {
    let review_id = 0;
    await unheard(async () => (review_id = await team.approve(number)));
    expect(await team.check(number, 'gate')).toBe('action_required');
    expect(await gateAfterSweep()).toBe('success');
    const review = { ...SHOP, pull_number: number, review_id, message: 'Wait.' };
    await unheard(() => world.as('ada').rest.pulls.dismissReview(review));
    expect(await team.check(number, 'gate')).toBe('success');
    expect(await gateAfterSweep()).toBe('action_required');
  });

  it('other rules on the default branch', async () => {
    await team.approve(number);
    await world.settled();
    expect(await team.check(number, 'gate')).toBe('success');
    await unheard(() => team.rule(rules(2)));
    expect(await gateAfterSweep()).toBe('action_required');
    await team.approve(number, 'dora');
    await world.settled();
    expect(await team.check(number, 'gate')).toBe('success');
  });

  it('that it was retargeted and back again, so that what is approved then is what it is planned for', async () => {
    const other = await team.open({ branch: 'back', files: step(3) });
    await world.settled();
    const retarget = (base: string) =>
      world.as('wim').rest.pulls.update({ ...SHOP, pull_number: other, base });
    await retarget('dev');
    await world.settled();
    await unheard(() => retarget('main'));
    await gateAfterSweep();
    for (const login of ['dan', 'dora']) await team.approve(other, login);
    await world.settled();
    expect(await team.check(other, 'gate')).toBe('success');
  });

  it('asks nothing of it where nothing happened, and looks again within an hour for who left a team', async () => {
    // Past the seconds within which more can have happened than the list's dates show.
    later(1);
    await gateAfterSweep();
    const before = await decisions();
    const calls = world.github.requestLog.get('POST /graphql') ?? 0;
    await gateAfterSweep();
    expect(await decisions()).toBe(before);
    expect(world.github.requestLog.get('POST /graphql') ?? 0).toBe(calls);
    const dba = [...world.github.store.teams.values()].find(({ slug }) => slug === 'dba');
    if (dba === undefined) throw new Error('this world has no team dba');
    await unheard(() => world.github.setTeamMember(dba, 'dora', 'removed'));
    expect(await team.check(number, 'gate')).toBe('success');
    later(60);
    expect(await gateAfterSweep()).toBe('action_required');
    expect(await team.said(number, 'gate')).toMatch(/`dora` approved, but/);
    expect(world.violations()).toEqual([]);
  });

  it('migrations on its base that change what it adds', async () => {
    await unheard(() => team.push('main', { [fileOf(2)]: textOf('step_0002') }, { by: 'ada' }));
    expect(await team.said(number, 'plan')).toMatch(/1 migration for prod/);
    await gateAfterSweep();
    expect(await team.said(number, 'plan')).toMatch(/Nothing to run on prod/);
  });
});
