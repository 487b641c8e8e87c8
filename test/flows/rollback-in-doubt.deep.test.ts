import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCuttingProxy } from '../support/cutting-proxy.ts';
import { SHOP, type World } from '../support/world.ts';
import { expectAgreement } from './agreement.ts';
import { startScene } from './scene.ts';
import { sleeping } from './sleeping.ts';
import { fileOf, ranAs, step, textOf, type Team } from './team.ts';

const repositoryFile = `version: 1
environments:
  prod:
    branch: main
    approvals: { required: 1, from: ['@acme/dba'] }
    rollback: { approvals: 1, from: ['@acme/dba'] }
`;

const patient = { timeout: 30_000, interval: 100 };

describe('a rollback whose end is in doubt', () => {
  let world: World;
  let team: Team;
  let number = 0;

  beforeAll(async () => {
    ({ world, team } = await startScene({ repositoryFile, longestPauseMs: 5 }));
    const slow = textOf('step_0002').replace('DROP', 'SELECT pg_sleep(3);\nDROP');
    number = await team.land({ branch: 'second', files: { [fileOf(2)]: slow, ...step(3) } });
  });
  afterAll(() => world.close());

  /** Has the line cut while the slow one of the two is committed. */
  const doubt = async (when: 'before' | 'after'): Promise<void> => {
    const home = world.targets.get('prod')?.url ?? '';
    const proxy = await startCuttingProxy(home);
    await team.told(number, 'dan', '/rollback --accept-data-loss');
    world.pointTo('prod', proxy.url);
    await team.comment(number, 'dora', '/confirm');
    await expect.poll(() => sleeping(home), patient).toBe(1);
    proxy.cutAt('COMMIT', when, true);
    await expect.poll(() => team.holds(), patient).toEqual(['prod: in-doubt']);
    await proxy.close();
    world.pointTo('prod', home);
    await world.settled();
  };

  it('is told by `/retry` as far as it came, and what still stands is taken back by another', async () => {
    await doubt('before');
    const said = await team.told(number, 'dan', '/retry');
    expect(said).toMatch(/`0003_step` was taken back, and `0002_step` still stands/);
    expect(said).not.toMatch(/is tried again/);
    expect(await team.holds()).toEqual(['prod: rolled-back']);
    expect(await world.history('prod')).toEqual([1, 2].map(ranAs));
    expect((await team.answers(number))[0]).toMatch(/stopped in between/);
  });

  it('has left things as they were where nothing was committed', async () => {
    await doubt('before');
    expect(await team.told(number, 'dan', '/retry')).toMatch(
      /nothing of it was taken back, and `0002_step` still stands/,
    );
    // What the first one took back is in the branch still.
    expect(await team.holds()).toEqual(['prod: rolled-back']);
    expect(await team.alerts()).toEqual([]);
    expect(await world.history('prod')).toEqual([1, 2].map(ranAs));
  });

  it('has come to its end where all was committed: the revert is opened, and ends the hold', async () => {
    await doubt('after');
    expect(await team.told(number, 'dan', '/retry')).toMatch(/Rolled back on `prod`/);
    expect(await team.holds()).toEqual(['prod: rolled-back']);
    expect(await world.history('prod')).toEqual([ranAs(1)]);
    const { data } = await world.as('ada').rest.pulls.list({ ...SHOP, state: 'open' });
    await team.merge(data[0]?.number ?? 0);
    await world.settled();
    expect(await team.holds()).toEqual([]);
    await expectAgreement(world);
  });
});
