import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SHOP, type World } from '../support/world.ts';
import { startScene } from './scene.ts';
import { ranAs, step, type Team } from './team.ts';

describe('a database that was changed by hand', () => {
  let world: World;
  let team: Team;
  let number = 0;

  beforeAll(async () => {
    ({ world, team } = await startScene());
    number = await team.land({ branch: 'two', files: step(2) });
  });
  afterAll(() => world.close());

  const issues = async () => {
    const asked = { ...SHOP, state: 'open' as const, creator: 'tidegate[bot]' };
    const { data } = await world.as('ada').rest.issues.listForRepo(asked);
    return data.filter((issue) => issue.pull_request === undefined);
  };
  const sweep = async () => {
    await world.service.sweep();
    await world.settled();
  };
  afterEach(async () => {
    expect(await team.holds()).toEqual([]);
    expect(await issues()).toEqual([]);
  });

  it('is told from one that is what its history says', async () => {
    expect(await team.told(number, 'wim', '/drift')).toContain('is what its history says.');
    expect(await team.told(number, 'rita', '/drift')).toMatch(/`rita` may not use/);
  });

  it('is on hold with an issue that shows the statements, and nothing is applied (fault 49)', async () => {
    const other = await team.open({ branch: 'three', files: step(3) });
    await world.settled();
    await team.approve(other);
    await world.settled();
    await world.query('prod', 'ALTER TABLE step_0001 ADD COLUMN note text');
    await world.query('prod', 'CREATE INDEX notes ON step_0001 (note)');
    // Nobody has looked yet: it is found before anything runs.
    await team.merge(other);
    await world.settled();
    expect(await team.holds()).toEqual(['prod: drift']);
    expect(await world.history('prod')).not.toContain(ranAs(3));
    const [issue, ...more] = await issues();
    expect(more).toEqual([]);
    expect(issue?.title).toBe('prod has drifted: its schema is not what its history says');
    expect(issue?.body).toMatch(/ALTER TABLE public\.step_0001 ADD COLUMN note text;\s+CREATE INDEX notes/);
    expect((await team.answers(other)).join()).toMatch(/not what its history says/);
    await world.query('prod', 'DROP INDEX notes');
    await sweep();
    const [same] = await issues();
    expect(same?.number).toBe(issue?.number);
    expect(same?.body).not.toContain('CREATE INDEX');
    expect(await team.told(issue?.number ?? 0, 'wim', '/drift')).toContain('ADD COLUMN note text;');
    await world.query('prod', 'ALTER TABLE step_0001 DROP COLUMN note');
    await sweep();
    expect(await world.history('prod')).toContain(ranAs(3));
  });

  it('shows in pull requests, and takes migrations all the same once somebody has released it', async () => {
    const other = await team.open({ branch: 'four', files: step(4) });
    await world.settled();
    await world.query('prod', 'CREATE TABLE by_hand (id int)');
    await sweep();
    expect(await team.said(other, 'plan')).toMatch(/not what its history says: 1 object differs/);
    expect(await team.check(other, 'plan')).toBe('success');
    expect(await team.check(other, 'gate')).toBe('failure');
    await team.told(other, 'dan', '/release');
    expect(await team.holds()).toEqual([]);
    await team.approve(other);
    await world.settled();
    await team.merge(other);
    await world.settled();
    expect(await world.history('prod')).toContain(ranAs(4));
    expect(await issues()).toHaveLength(1);
    await world.query('prod', 'DROP TABLE by_hand');
    await sweep();
    expect(await team.said(await team.open({ branch: 'five', files: step(5) }), 'plan')).not.toMatch(
      /differs/,
    );
    await world.settled();
  });

  it('is held for it as soon as the hold that hid it ends', async () => {
    await team.push('main', step(6));
    await world.settled();
    expect(await team.holds()).toEqual(['prod: not-approved']);
    await world.query('prod', 'CREATE TABLE by_hand (id int)');
    await sweep();
    expect(await team.holds()).toEqual(['prod: not-approved']);
    const [file = ''] = Object.keys(step(6));
    await team.land({ branch: 'six-back', files: { [file]: null } });
    expect(await team.holds()).toEqual(['prod: drift']);
    await world.query('prod', 'DROP TABLE by_hand');
    await sweep();
  });
});
