import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SHOP, type World } from '../support/world.ts';
import { queueOf } from './queue.ts';
import { startScene } from './scene.ts';
import { ranAs, step, type Team } from './team.ts';

const repositoryFile = `version: 1
environments:
  qa: { branch: qa, protected: false }
  prod:
    branch: main
    promotes_from: qa
    promotion: { automatic: true, carries: migrations }
    hotfix: {}
    approvals: { required: 1, from: ['@acme/dba'] }
  us:
    branch: main
    after: prod
    promotes_from: qa
    promotion: { automatic: true, carries: migrations }
    hotfix: {}
    approvals: { required: 1, from: ['@acme/dba'] }
`;

describe('a branch of several environments', () => {
  let world: World;
  let team: Team;

  beforeAll(async () => {
    ({ world, team } = await startScene({ repositoryFile, environments: ['qa', 'prod', 'us'] }));
  });
  afterAll(() => world.close());

  const pulls = async (base: string): Promise<readonly number[]> =>
    (await world.as('ada').rest.pulls.list({ ...SHOP, state: 'open', base })).data.map(
      ({ number }) => number,
    );
  const mergeApproved = async (number = 0): Promise<void> => {
    await team.approve(number);
    await world.settled();
    await team.merge(number);
    await world.settled();
  };

  it('is promoted to by one pull request, whichever of them it is asked for', async () => {
    await team.land({ branch: 'second', base: 'qa', files: step(2) });
    const [promotion = 0, ...others] = await pulls('main');
    expect(others).toEqual([]);
    for (const line of ['/promote', '/promote us', '/promote prod'])
      expect(await team.told(promotion, 'wim', line)).toContain(`#${promotion}`);
    expect(await pulls('main')).toEqual([promotion]);
    for (const name of ['prod', 'us'])
      expect(await team.said(promotion, 'plan', name)).toMatch(
        /Promotion from `qa`.*✅ \| `0002_step` \| ready/s,
      );
    await mergeApproved(promotion);
    for (const name of ['prod', 'us']) expect(await world.history(name)).toEqual([1, 2].map(ranAs));
  });

  it('has a hotfix flow down by one pull request', async () => {
    const number = await team.open({ branch: 'third', files: step(3) });
    await world.as('wim').rest.issues.addLabels({ ...SHOP, issue_number: number, labels: ['hotfix'] });
    await world.settled();
    await mergeApproved(number);
    for (const name of ['prod', 'us']) expect(await world.history(name)).toContain(ranAs(3));
    const [down = 0, ...others] = await pulls('qa');
    expect(others).toEqual([]);
    await team.merge(down);
    await world.settled();
    expect(await world.history('qa')).toContain(ranAs(3));
    expect(await pulls('main')).toEqual([]);
    expect(await team.holds()).toEqual([]);
  });

  it('has the migrations that were taken back brought back by one pull request', async () => {
    const [first = 0] = (
      await world.as('ada').rest.pulls.list({ ...SHOP, state: 'closed', base: 'main', direction: 'asc' })
    ).data.map(({ number }) => number);
    await team.told(first, 'dan', '/rollback 0003_step us --accept-data-loss');
    await team.told(first, 'dora', '/confirm');
    const [revert = 0] = await pulls('main');
    await mergeApproved(revert);
    for (const name of ['prod', 'us']) expect(await world.history(name)).toEqual([1, 2].map(ranAs));
    await team.told(first, 'wim', '/promote us');
    await team.told(first, 'wim', '/promote prod');
    const [back = 0, ...others] = await pulls('main');
    expect(others).toEqual([]);
    await mergeApproved(back);
    for (const name of ['prod', 'us']) expect(await world.history(name)).toEqual([1, 2, 3].map(ranAs));
    expect(await team.holds()).toEqual([]);
  });

  it('answers its merge queue for each of them', async () => {
    const queue = await queueOf(world, team, ['prod', 'us']);
    await team.land({ branch: 'fourth', base: 'qa', files: step(4) });
    const [promotion = 0] = await pulls('main');
    await team.approve(promotion);
    await world.settled();
    await queue.enqueue(promotion);
    await world.settled();
    const said = await queue.said(queue.groups().at(-1));
    expect(said.map((line) => line.split(':')[0])).toEqual([
      'gate (prod) success',
      'gate (us) success',
      'plan (prod) success',
      'plan (us) success',
    ]);
    expect(await queue.stateOf(promotion)).toBe('merged');
    for (const name of ['prod', 'us']) expect(await world.history(name)).toContain(ranAs(4));
  });
});
