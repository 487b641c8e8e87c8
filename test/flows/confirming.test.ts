import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { World } from '../support/world.ts';
import { expectAgreement } from './agreement.ts';
import { startScene } from './scene.ts';
import { ranAs, step, type Team } from './team.ts';

const repositoryFile = `version: 1
environments:
  prod:
    branch: main
    approvals: { required: 2, from: ['role:write'] }
`;

describe('confirming what the gate did not allow', () => {
  let world: World;
  let team: Team;

  beforeAll(async () => {
    ({ world, team } = await startScene({ repositoryFile }));
  });
  afterAll(() => world.close());

  it('lets a direct push through once enough have who neither wrote nor pushed it', async () => {
    await team.push('main', step(2), { by: 'wim', coAuthor: 'wanda' });
    await world.settled();
    expect(await team.holds()).toEqual(['prod: not-approved']);
    const number = await team.alert();
    expect(await team.told(number, 'wim', '/confirm')).toMatch(
      /`wim` confirmed on .*, but wrote a commit of it/,
    );
    expect(await team.told(number, 'rita', '/confirm')).toMatch(/may not use `\/confirm`/);
    expect(await team.told(number, 'dan', '/confirm')).toMatch(/It waits still: .*1 counts/);
    expect(await team.told(number, 'dan', '/confirm')).toMatch(/It waits still: .*1 counts/);
    expect(await world.history('prod')).toEqual([ranAs(1)]);
    expect(await team.told(number, 'dora', '/confirm')).toMatch(/runs now/);
    expect(await team.holds()).toEqual([]);
    expect(await world.history('prod')).toContain(ranAs(2));
  });

  it('adds to the reviews of a pull request that was merged past its gate', async () => {
    const number = await team.open({ branch: 'third', files: step(3) });
    await world.settled();
    await team.approve(number, 'dan');
    await team.merge(number, { by: 'ada' });
    await world.settled();
    expect(await team.holds()).toEqual(['prod: not-approved']);
    expect(await team.told(number, 'wim', '/confirm')).toMatch(/`wim` confirmed on .*, but (opened|wrote)/);
    expect(await team.told(number, 'dora', '/confirm')).toMatch(/runs now/);
    expect(await world.history('prod')).toContain(ranAs(3));
    await expectAgreement(world);
  });
});
