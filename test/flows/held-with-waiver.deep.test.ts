import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWorld, type World } from '../support/world.ts';
import { fileOf, ranAs, teamOf, textOf, type Team } from './team.ts';

const repositoryFile = `version: 1
environments:
  prod:
    branch: main
    approvals: { required: 1, from: ['@acme/dba'] }
`;
const day = 24 * 3600_000;

describe('what was merged unapproved with a waiver, which ends while it is held', () => {
  let world: World;
  let team: Team;

  beforeAll(async () => {
    world = await startWorld({
      repositoryFile,
      environments: ['prod'],
      branches: [],
      migrations: { '0001_step.sql': textOf('step_0001') },
      applied: true,
      sharesClock: true,
    });
    team = teamOf(world);
    await world.settled();
  });
  afterAll(() => world.close());

  it('needs a new approval, which who merged it may give: they wrote nothing in it', async () => {
    const until = new Date(world.time().getTime() + day).toISOString().slice(0, 10);
    const waived = `-- Up Migration
-- tidegate:allow drop-table until=${until} reason="nobody reads it"
DROP TABLE step_0001;

-- Down Migration
CREATE TABLE step_0001 (id int PRIMARY KEY);
`;
    const number = await team.open({ branch: 'waived', files: { [fileOf(2)]: waived } });
    await world.settled();
    await team.merge(number, { by: 'dan' });
    await world.settled();
    expect(await team.holds()).toEqual(['prod: not-approved']);
    world.setTime(new Date(world.time().getTime() + 3 * day));
    await world.service.sweep();
    await world.settled();
    expect(await team.holds()).toEqual(['prod: not-approved']);
    await team.approve(number, 'dan');
    await world.settled();
    expect(await team.holds()).toEqual([]);
    expect(await world.history('prod')).toContain(ranAs(2));
    expect(world.violations()).toEqual([]);
  });
});
