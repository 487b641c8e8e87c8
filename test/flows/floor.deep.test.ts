import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { controlRows } from '../support/control-rows.ts';
import { otherApp } from '../support/strangers.ts';
import { SHOP, type World } from '../support/world.ts';
import { startScene } from './scene.ts';
import { ranAs, step, type Team } from './team.ts';

const repositoryFile = `version: 1
environments:
  dev:
    branch: dev
    approvals: { required: 1, from: ['robot[bot]'], bots: ['robot[bot]'] }
  prod:
    branch: main
    approvals: { required: 1, from: ['role:write', 'robot[bot]'], bots: ['robot[bot]'] }
    break_glass: { from: [wim] }
`;

describe('the floor that the server lays under the rules', () => {
  let world: World;
  let team: Team;
  let robot: ReturnType<typeof otherApp>;

  beforeAll(async () => {
    const least = { dev: { approvals: 1 }, prod: { approvals: 1, from: ['@acme/dba'] } };
    ({ world, team } = await startScene({ repositoryFile, environments: ['dev', 'prod'], least }));
    robot = otherApp(world, 'robot');
  });
  afterAll(() => world.close());

  const approvedByRobot = (number: number): Promise<unknown> =>
    robot.rest.pulls.createReview({ ...SHOP, pull_number: number, event: 'APPROVE' });

  it('is met in number by a bot that the repository trusts, but not where it asks for people of its own', async () => {
    const inDev = await team.open({ branch: 'second-in-dev', base: 'dev', files: step(2) });
    const number = await team.open({ branch: 'second', files: step(2) });
    await world.settled();
    expect(await team.gateAfter(inDev, approvedByRobot(inDev), 'dev')).toBe('success');
    expect(await team.gateAfter(number, approvedByRobot(number))).toBe('action_required');
    expect(await team.gateAfter(number, team.approve(number, 'wanda'))).toBe('action_required');
    expect(await team.said(number, 'gate')).toMatch(/member of `acme\/dba`/);
    expect(await team.gateAfter(number, team.approve(number, 'dan'))).toBe('success');
    await team.close(number);
  });

  it('lets an emergency through for those whom the repository names, and asks for its review afterwards', async () => {
    const number = await team.open({ branch: 'third', files: step(3) });
    await world.settled();
    expect(await team.told(number, 'wim', '/apply --now "the shop is down"')).toMatch(
      /glass of `prod` is broken/,
    );
    expect(await team.check(number, 'gate')).toBe('success');
    await team.merge(number);
    await world.settled();
    expect(await world.history('prod')).toContain(ranAs(3));
    const review = await afterwards();
    expect(await team.told(review, 'wanda', '/confirm')).toMatch(/The review waits still: .*acme\/dba/);
    expect(await team.told(review, 'dan', '/confirm')).toMatch(/The review is done/);
    const sql = "SELECT action FROM tidegate.audit WHERE action LIKE 'glass-%' ORDER BY id";
    const audited = await controlRows<{ action: string }>(world.control, sql);
    expect(audited.map(({ action }) => action)).toEqual(['glass-broken', 'glass-used', 'glass-reviewed']);
  });

  /** The issue in which what went round the gate is looked at. */
  async function afterwards(): Promise<number> {
    const { data } = await world.as('ada').rest.issues.listForRepo({ ...SHOP, state: 'open' });
    return data.find(({ title }) => title.startsWith('Review afterwards'))?.number ?? 0;
  }
});
