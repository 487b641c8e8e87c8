import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SHOP, type World } from '../support/world.ts';
import { expectAgreement } from './agreement.ts';
import { startScene } from './scene.ts';
import { ranAs, step, type Team } from './team.ts';

const repositoryFile = `version: 1
environments:
  dev: { branch: dev, protected: false }
`;

const twoIndexes = `
  export const up = (pgm) => {
    pgm.noTransaction();
    pgm.sql('CREATE INDEX CONCURRENTLY first ON step_0001 (id)');
    pgm.sql('CREATE INDEX CONCURRENTLY second ON step_0001 (id)');
  };
  export const down = (pgm) => {
    pgm.noTransaction();
    pgm.sql('DROP INDEX CONCURRENTLY first');
    pgm.sql('DROP INDEX CONCURRENTLY second');
  };
`;

describe('a rollback that fails on the database', () => {
  let world: World;
  let team: Team;

  beforeAll(async () => {
    ({ world, team } = await startScene({ repositoryFile, environments: ['dev'] }));
  });
  afterAll(() => world.close());
  afterEach(() => expectAgreement(world));

  const sweep = async (): Promise<void> => {
    await world.service.sweep();
    await world.settled();
  };
  const mergeRevert = async (): Promise<void> => {
    const { data } = await world.as('ada').rest.pulls.list({ ...SHOP, state: 'open' });
    expect(data).toHaveLength(1);
    await team.merge(data[0]?.number ?? 0);
    await world.settled();
    expect(await team.holds()).toEqual([]);
  };

  it('leaves no hold where nothing was taken back', async () => {
    const number = await team.land({ branch: 'two', base: 'dev', files: step(2) });
    await world.query('dev', 'CREATE VIEW by_hand AS SELECT id FROM step_0002');
    const said = await team.told(number, 'wim', '/rollback --accept-data-loss');
    expect(said).toMatch(/did not come to its end.*other objects depend on it/s);
    expect(await team.holds()).toEqual([]);
    expect(await world.history('dev')).toEqual([1, 2].map(ranAs));
    await world.query('dev', 'DROP VIEW by_hand');
    await team.told(number, 'wim', '/rollback --accept-data-loss');
    await mergeRevert();
  });

  it('says what is taken back and what ends that, where it stopped in between', async () => {
    const number = await team.land({ branch: 'three', base: 'dev', files: { ...step(3), ...step(4) } });
    await world.query('dev', 'CREATE VIEW by_hand AS SELECT id FROM step_0003');
    await team.told(number, 'wim', '/rollback --accept-data-loss');
    expect(await team.holds()).toEqual(['dev: rolled-back']);
    expect(await world.history('dev')).toEqual([1, 3].map(ranAs));
    const stands = await team.told(number, 'wim', '/retry');
    expect(stands).toMatch(/Comment `\/rollback` again/);
    expect(stands).not.toMatch(/[Mm]erge the revert/);
    await world.query('dev', 'DROP VIEW by_hand');
    await team.told(number, 'wim', '/rollback --accept-data-loss');
    await mergeRevert();
  });

  it('stays on hold where half of a down stands that runs outside a transaction', async () => {
    const files = { 'migrations/0005_indexes.js': twoIndexes };
    const number = await team.land({ branch: 'five', base: 'dev', files });
    await world.query('dev', 'ALTER INDEX second RENAME TO other');
    const said = await team.told(number, 'wim', '/rollback');
    expect(said).toMatch(/outside a transaction, and 1 of its statements stand/);
    await sweep();
    expect(await team.holds()).toEqual(['dev: rolled-back']);
    await team.land({ branch: 'six', base: 'dev', files: step(6) });
    expect(await world.history('dev')).toEqual([ranAs(1), '0005_indexes']);
    await world.query('dev', 'ALTER INDEX other RENAME TO second');
    await team.told(number, 'wim', '/rollback');
    await mergeRevert();
    expect(await world.history('dev')).toEqual([1, 6].map(ranAs));
    expect(await world.query('dev', `SELECT FROM pg_indexes WHERE indexname IN ('first', 'second')`)).toEqual(
      [],
    );
  });
});
