import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SHOP, type World } from '../support/world.ts';
import { expectAgreement } from './agreement.ts';
import { startScene } from './scene.ts';
import { ranAs, step, type Team } from './team.ts';

const repositoryFile = `version: 1
environments:
  prod:
    branch: main
    approvals: { required: 1, from: ['@acme/dba'] }
    rollback: { approvals: 1, from: ['@acme/dba', ada] }
    separate: { writing_and_confirming: true }
`;

describe('running again what a rollback took back', () => {
  let world: World;
  let team: Team;

  beforeAll(async () => {
    ({ world, team } = await startScene({ repositoryFile }));
  });
  afterAll(() => world.close());
  afterEach(() => expectAgreement(world));

  it('of several pull requests runs all of it, confirmed by who wrote none of them', async () => {
    await team.land({ branch: 'two', files: step(2), by: 'dora' });
    const number = await team.land({ branch: 'three', files: step(3) });
    await team.told(number, 'dan', `/rollback --to ${ranAs(1)} --accept-data-loss`);
    await team.told(number, 'ada', '/confirm');
    expect(await world.history('prod')).toEqual([ranAs(1)]);
    await team.told(number, 'dan', '/release');
    expect(await team.told(number, 'dora', '/confirm')).toMatch(/`dora`.*wrote/);
    expect(await team.holds()).toEqual(['prod: rolled-back']);
    await team.told(number, 'ada', '/confirm');
    expect(await team.holds()).toEqual([]);
    expect(await world.history('prod')).toEqual([1, 2, 3].map(ranAs));
  });

  it('by another pull request makes it that one’s, for a rollback of either', async () => {
    const first = await team.land({ branch: 'four', files: { ...step(4), ...step(5) } });
    await team.told(first, 'dan', `/rollback ${ranAs(5)} --accept-data-loss`);
    await team.told(first, 'ada', '/confirm');
    const mergeRevert = async (): Promise<void> => {
      const { data } = await world.as('ada').rest.pulls.list({ ...SHOP, state: 'open' });
      await team.merge(data[0]?.number ?? 0);
      await world.settled();
    };
    await mergeRevert();
    const second = await team.land({ branch: 'five-again', files: step(5) });
    const look = (number: number) => team.told(number, 'dan', '/rollback --dry-run');
    expect(await look(second)).toMatch(/DROP TABLE step_0005/);
    expect(await look(first)).toMatch(/DROP TABLE step_0004/);
    expect(await look(first)).not.toMatch(/DROP TABLE step_0005/);
    await team.told(first, 'dan', '/rollback --accept-data-loss');
    await team.told(first, 'ada', '/confirm');
    await mergeRevert();
    expect(await world.history('prod')).toEqual([1, 2, 3, 5].map(ranAs));
  });
});
