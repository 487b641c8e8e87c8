import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type World } from '../support/world.ts';
import { expectAgreement } from './agreement.ts';
import { startScene } from './scene.ts';
import { fileOf, ranAs, step, type Team } from './team.ts';

const repositoryFile = `version: 1
environments:
  prod:
    branch: main
    approvals: { required: 1, from: ['@acme/dba'] }
    rollback: { approvals: 1, from: ['@acme/dba'] }
`;

describe('confirming what is no longer what was shown', () => {
  let world: World;
  let team: Team;

  beforeAll(async () => {
    ({ world, team } = await startScene({ repositoryFile }));
  });
  afterAll(() => world.close());

  const history = () => world.history('prod');
  let second = 0;

  it('runs no other down than the one that was previewed, and asks for a fresh preview', async () => {
    second = await team.land({ branch: 'second', files: step(2) });
    expect(await team.told(second, 'dan', '/rollback --accept-data-loss')).toMatch(/DROP TABLE step_0002/);
    await world.query(
      'prod',
      `UPDATE tidegate.ledger SET down = replace(down::text, 'step_0002', 'step_0002 CASCADE')::jsonb
        WHERE name = '${ranAs(2)}'`,
    );
    expect(await team.told(second, 'dora', '/confirm')).toMatch(/is no longer what was previewed/);
    expect(await history()).toEqual([1, 2].map(ranAs));
    expect(await team.holds()).toEqual([]);
    expect(await team.told(second, 'dora', '/confirm')).toMatch(/Nothing waits for a confirmation/);
    expect(await history()).toEqual([1, 2].map(ranAs));
  });

  it('takes nothing back that other migrations stand on by then', async () => {
    expect(await team.told(second, 'dan', '/rollback --accept-data-loss')).toMatch(/step_0002 CASCADE/);
    const view = 'CREATE VIEW seen AS SELECT id FROM step_0002;';
    await team.land({
      branch: 'third',
      files: { [fileOf(3)]: `-- Up Migration\n${view}\n-- Down Migration\nDROP VIEW seen;\n` },
    });
    expect(await team.told(second, 'dora', '/confirm')).toMatch(/Later migrations stand on .*0003\\?_step/);
    expect(await history()).toEqual([1, 2, 3].map(ranAs));
    expect(await team.holds()).toEqual([]);
    await team.land({ branch: 'not-third', files: { [fileOf(3)]: null } });
    expect(await history()).toEqual([1, 2].map(ranAs));
  });

  it('takes nothing out of the middle that was previewed as the newest', async () => {
    await team.land({ branch: 'beside', files: step(3, 'beside') });
    expect(await team.told(second, 'dora', '/confirm')).toMatch(/is no longer what was previewed/);
    expect(await history()).toEqual([1, 2, 3].map(ranAs));
    await team.land({ branch: 'not-beside', files: { [fileOf(3)]: null } });
    await team.told(second, 'dan', '/rollback --accept-data-loss');
  });

  it('takes back, once that is gone, what was previewed', async () => {
    await team.told(second, 'dora', '/confirm');
    expect(await history()).toEqual([ranAs(1)]);
    expect(await team.holds()).toEqual(['prod: rolled-back']);
  });

  it('releases nothing beside what was shown', async () => {
    expect(await team.told(second, 'dan', '/release')).toMatch(
      /runs again what was rolled back[^]*0002\\?_step/,
    );
    await team.land({ branch: 'fourth', files: step(4) });
    expect(await team.told(second, 'dora', '/confirm')).toMatch(
      /What would run is no longer what was shown\. .*shows it anew/,
    );
    expect(await history()).toEqual([ranAs(1)]);
    expect(await team.holds()).toEqual(['prod: rolled-back']);
    expect(await team.told(second, 'dora', '/confirm')).toMatch(/Nothing waits for a confirmation/);
    expect(await history()).toEqual([ranAs(1)]);
  });

  it('releases nothing for who may not ask for it any more', async () => {
    expect(await team.told(second, 'dan', '/release')).toMatch(/0004\\?_step/);
    world.github.setCollaborator(world.repository, 'dan', 'read');
    expect(await team.told(second, 'dora', '/confirm')).toMatch(/`dan` may not use .*shows it anew/);
    world.github.setCollaborator(world.repository, 'dan', 'write');
    expect(await team.told(second, 'dora', '/confirm')).toMatch(/Nothing waits for a confirmation/);
    expect(await history()).toEqual([ranAs(1)]);
    expect(await team.holds()).toEqual(['prod: rolled-back']);
  });

  it('releases what was shown, for who may, by somebody else', async () => {
    await team.told(second, 'dan', '/release');
    expect(await team.told(second, 'dan', '/confirm')).toMatch(
      /asked for the release: somebody else confirms/,
    );
    expect(await history()).toEqual([ranAs(1)]);
    await team.told(second, 'dora', '/confirm');
    expect(await history()).toEqual([1, 2, 4].map(ranAs));
    await expectAgreement(world);
  });
});
