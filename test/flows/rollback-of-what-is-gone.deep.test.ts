import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SHOP, type World } from '../support/world.ts';
import { expectAgreement } from './agreement.ts';
import { startScene } from './scene.ts';
import { fileOf, ranAs, step, textOf, type Team } from './team.ts';

const repositoryFile = `version: 1
environments:
  prod:
    branch: main
    approvals: { required: 1, from: ['@acme/dba'] }
    rollback: { approvals: 0 }
`;

describe('taking back what the branch does not hold any more', () => {
  let world: World;
  let team: Team;
  beforeAll(async () => {
    ({ world, team } = await startScene({ repositoryFile }));
  });
  afterAll(() => world.close());

  const openByApp = async (): Promise<readonly number[]> => {
    const { data } = await world.as('ada').rest.pulls.list({ ...SHOP, state: 'open' });
    return data.filter(({ user }) => user?.login === 'tidegate[bot]').map(({ number }) => number);
  };
  const filesIn = async (number: number) =>
    (await world.as('ada').rest.pulls.listFiles({ ...SHOP, pull_number: number })).data.map(
      ({ filename, status }) => `${status} ${filename}`,
    );
  const needless = 'Nothing has to be merged for it: `main` holds none of this any more as it ran';

  it('opens no revert where somebody force-pushed it away before, and the hold ends', async () => {
    const before = await team.head('main');
    const number = await team.land({ branch: 'two', files: step(2) });
    await world.as('ada').rest.git.updateRef({ ...SHOP, ref: 'heads/main', sha: before, force: true });
    await world.settled();
    expect(await team.holds()).toEqual(['prod: removed']);
    expect(await team.told(number, 'dan', '/rollback --accept-data-loss')).toContain(needless);
    expect(await openByApp()).toEqual([]);
    expect(await world.history('prod')).toEqual([ranAs(1)]);
    expect(await team.holds()).toEqual([]);
    expect((await team.answers(number))[0]).toContain('The hold for it has ended.');
    expect(await team.told(number, 'dan', '/retry prod')).toContain('tried again');
    expect(await openByApp()).toEqual([]);
  });

  it('opens none where a removal was merged past its gate', async () => {
    const number = await team.land({ branch: 'three', files: step(3) });
    const removal = await team.open({ branch: 'not-three', files: { [fileOf(3)]: null } });
    await world.settled();
    await team.merge(removal, { by: 'ada' });
    await world.settled();
    expect(await team.holds()).toEqual(['prod: not-approved']);
    expect(await team.told(number, 'dan', '/rollback --accept-data-loss')).toContain(needless);
    expect(await openByApp()).toEqual([]);
    expect(await team.holds()).toEqual([]);
  });

  it('takes out only what is left of it, and nothing that was written anew', async () => {
    const number = await team.land({ branch: 'four', files: { ...step(4), ...step(5), ...step(6) } });
    await team.push('main', { [fileOf(5)]: textOf('step_0005_anew'), [fileOf(6)]: null }, { by: 'ada' });
    await world.settled();
    expect(await team.holds()).toEqual(['prod: history-mismatch']);
    const told = await team.told(number, 'dan', '/rollback --accept-data-loss');
    const [revert = 0, ...more] = await openByApp();
    expect(more).toEqual([]);
    expect(told).toContain(`Merge #${revert} next`);
    expect(await filesIn(revert)).toEqual([`removed ${fileOf(4)}`]);
    await team.merge(revert);
    await world.settled();
    // What was written anew came by a push that nobody approved.
    expect(await team.holds()).toEqual(['prod: not-approved']);
    await team.told(await team.alert(), 'dan', '/confirm');
    expect(await team.holds()).toEqual([]);
    expect(await world.history('prod')).toEqual([1, 5].map(ranAs));
  });

  it('leaves the database equal to its branch after all of that', () => expectAgreement(world));
});
