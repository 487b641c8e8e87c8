import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { World } from '../support/world.ts';
import { expectAgreement } from './agreement.ts';
import { startScene } from './scene.ts';
import { ranAs, step, type Team } from './team.ts';

const repositoryFile = `version: 1
environments:
  prod:
    branch: main
    approvals: { required: 1, from: ['@acme/dba'] }
    rollback: { approvals: 1, from: ['@acme/dba'] }
drift: { policy: warn }
`;

describe('a release and a rollback that wait on one pull request', () => {
  let world: World;
  let team: Team;
  let number = 0;

  beforeAll(async () => {
    ({ world, team } = await startScene({ repositoryFile }));
    number = await team.land({ branch: 'second', files: { ...step(2), ...step(3) } });
    // The second of the two cannot be taken back.
    await world.query('prod', 'CREATE VIEW leans AS SELECT id FROM step_0002');
    await team.told(number, 'dan', '/rollback --accept-data-loss');
    expect(await team.told(number, 'dora', '/confirm')).toMatch(/did not come to its end/);
    expect(await world.history('prod')).toEqual([1, 2].map(ranAs));
    await world.query('prod', 'DROP VIEW leans');
  });
  afterAll(() => world.close());

  it('have `/confirm` mean what was asked for last, and say what that was', async () => {
    expect(await team.told(number, 'dan', '/release')).toMatch(/runs again what was rolled back[^]*0003/);
    expect(await team.told(number, 'dan', '/rollback --accept-data-loss')).toMatch(/DROP TABLE step_0002/);
    expect(await team.told(number, 'dan', '/confirm')).toMatch(/asked for the rollback/);
    expect(await team.told(number, 'dora', '/confirm')).toMatch(/Rolled back on `prod`/);
    expect(await world.history('prod')).toEqual([ranAs(1)]);
  });

  it('leave the older one, which shows anew what has changed since', async () => {
    expect(await team.told(number, 'dora', '/confirm')).toMatch(/\/release` shows it anew/);
    await team.told(number, 'dan', '/release');
    expect(await team.told(number, 'dan', '/confirm')).toMatch(/asked for the release/);
    await team.told(number, 'dora', '/confirm');
    expect(await world.history('prod')).toEqual([1, 2, 3].map(ranAs));
    await expectAgreement(world);
  });
});
