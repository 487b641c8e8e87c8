import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { World } from '../support/world.ts';
import { expectAgreement } from './agreement.ts';
import { startScene } from './scene.ts';
import { step, type Team } from './team.ts';

const repositoryFile = `version: 1
environments:
  dev: { branch: dev, protected: false }
`;

const path = 'migrations/0002_indexes.js';
const twoIndexes = `
  export const up = (pgm) => {
    pgm.noTransaction();
    pgm.sql('CREATE INDEX CONCURRENTLY first ON step_0001 (id)');
    pgm.sql('CREATE INDEX CONCURRENTLY second ON step_0001 (id)');
  };
  export const down = false;
`;

describe('a migration that stopped half-way outside a transaction', () => {
  let world: World;
  let team: Team;

  beforeAll(async () => {
    ({ world, team } = await startScene({ repositoryFile, environments: ['dev'] }));
  });
  afterAll(() => world.close());

  it('is no drift while it is to go on, and what it left is once its file is gone', async () => {
    await world.query('dev', 'CREATE INDEX second ON step_0001 (id)');
    const number = await team.land({ branch: 'two', base: 'dev', files: { [path]: twoIndexes } });
    expect(await team.holds()).toEqual(['dev: apply-failed']);
    expect(await team.told(number, 'wim', '/drift')).toMatch(/0002\\?_indexes.*has not come to its end/s);
    await team.land({ branch: 'not-two', base: 'dev', files: { [path]: null } });
    expect(await team.holds()).toEqual([]);
    await world.query('dev', 'DROP INDEX second');
    expect(await team.told(number, 'wim', '/drift')).toMatch(/CREATE INDEX first/);
    await world.query('dev', 'DROP INDEX first');
    await team.land({ branch: 'two-again', base: 'dev', files: { [path]: twoIndexes } });
    const made = `SELECT indexname AS name FROM pg_indexes WHERE indexname IN ('first', 'second') ORDER BY 1`;
    expect(await world.query('dev', made)).toEqual([{ name: 'first' }, { name: 'second' }]);
    await team.land({ branch: 'three', base: 'dev', files: step(3) });
    await expectAgreement(world);
  });
});
