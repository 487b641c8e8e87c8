import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withClient } from '../support/postgres.ts';
import { SHOP, type World } from '../support/world.ts';
import { startScene } from './scene.ts';
import { fileOf, ranAs, step, type Team } from './team.ts';

const repositoryFile = `version: 1
environments:
  dev: { branch: dev, protected: false }
  qa:
    branch: qa
    protected: false
    promotes_from: dev
    promotion: { automatic: true, carries: migrations }
  prod:
    branch: main
    promotes_from: qa
    soak: 24h
    promotion: { automatic: true }
    approvals: { required: 1, from: [dan, wim] }
`;

describe('a promotion that is opened by itself', () => {
  let world: World;
  let team: Team;

  beforeAll(async () => {
    ({ world, team } = await startScene({ repositoryFile, environments: ['dev', 'qa', 'prod'] }));
  });
  afterAll(() => world.close());

  const pulls = async (base: string) =>
    (await world.as('ada').rest.pulls.list({ ...SHOP, state: 'open', base })).data;

  const filesIn = async (number = 0) =>
    (await world.as('ada').rest.pulls.listFiles({ ...SHOP, pull_number: number })).data.map(
      ({ filename }) => filename,
    );

  it('comes after an apply, of the migrations alone where the rules say so, and is one', async () => {
    await team.land({ branch: 'second', base: 'dev', files: { ...step(2), 'app.txt': 'only on dev\n' } });
    const [first, ...more] = await pulls('qa');
    expect(more).toEqual([]);
    expect(first?.user?.login).toBe('tidegate[bot]');
    expect(first?.body).toMatch(/It holds just their files.*Opened by itself, as the rules of `qa` say/s);
    await team.land({ branch: 'third', base: 'dev', files: step(3) });
    const [second, ...others] = await pulls('qa');
    expect(others).toEqual([]);
    expect(second?.number).toBe(first?.number);
    expect(await filesIn(second?.number)).toEqual([fileOf(2), fileOf(3)]);
    await team.merge(second?.number ?? 0);
    await world.settled();
    expect(await world.history('qa')).toEqual([1, 2, 3].map(ranAs));
  });

  it('waits until what it promotes has soaked, and asks whom the rules name', async () => {
    expect(await pulls('main')).toEqual([]);
    await world.query('qa', "UPDATE tidegate.ledger SET applied_at = applied_at - interval '25 hours'");
    await dueNow(world);
    await expect.poll(async () => (await pulls('main')).length, { timeout: 30_000, interval: 200 }).toBe(1);
    await world.settled();
    const [only] = await pulls('main');
    // Wim wrote it.
    expect(only?.requested_reviewers?.map(({ login }) => login)).toEqual(['dan']);
    const number = only?.number ?? 0;
    expect(await team.check(number, 'plan')).toBe('success');
    expect(await team.gateAfter(number, team.approve(number, 'wim'))).toBe('action_required');
    expect(await team.gateAfter(number, team.approve(number, 'dan'))).toBe('success');
    expect(world.violations()).toEqual([]);
  });

  it('does not bring what was taken back here, also where no merge has made the branch below known here', async () => {
    const { data: merged } = await world.as('ada').rest.pulls.list({ ...SHOP, state: 'closed', base: 'qa' });
    const number = merged[0]?.number ?? 0;
    await team.told(number, 'wim', `/rollback ${ranAs(3)} qa --accept-data-loss`);
    await team.merge((await pulls('qa'))[0]?.number ?? 0);
    await world.settled();
    expect(await world.history('qa')).toEqual([1, 2].map(ranAs));
    await team.land({ branch: 'fourth', base: 'dev', files: step(4) });
    const [only, ...more] = await pulls('qa');
    expect(more).toEqual([]);
    expect(await filesIn(only?.number)).toEqual([fileOf(4)]);
    expect(await team.told(number, 'wim', '/promote qa')).toMatch(/`0003_step` was reverted here in #\d+/);
    const back = (await pulls('qa')).find((pull) => pull.number !== only?.number);
    expect(await filesIn(back?.number)).toEqual([fileOf(3)]);
  });
});

/** As if the time had come for the promotions that were put off. */
function dueNow(world: World): Promise<unknown> {
  return withClient(world.control.url, (client) =>
    client.query(
      `UPDATE pgboss.job SET start_after = now() WHERE data->>'kind' = 'promote' AND start_after > now() + interval '23 hours'`,
    ),
  );
}
