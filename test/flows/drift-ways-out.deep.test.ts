import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SHOP, type World } from '../support/world.ts';
import { startScene } from './scene.ts';
import { fileOf, ranAs, step, type Team } from './team.ts';

const rules = (more = '') => `version: 1
${more}
environments:
  prod:
    branch: main
    approvals: { required: 1, from: ['@acme/dba'] }
    rollback: { approvals: 1, from: ['@acme/dba'] }
  dev: { branch: dev, protected: false }
`;

describe('the ways out of drift', () => {
  let world: World;
  let team: Team;
  let number = 0;

  beforeAll(async () => {
    ({ world, team } = await startScene({ repositoryFile: rules(), environments: ['prod', 'dev'] }));
    number = await team.land({ branch: 'two', files: step(2) });
  });
  afterAll(() => world.close());

  const issues = async () => {
    const { data } = await world.as('ada').rest.issues.listForRepo({ ...SHOP, state: 'open' });
    return data.filter((issue) => issue.pull_request === undefined).map(({ title }) => title);
  };
  const sweep = async () => {
    await world.service.sweep();
    await world.settled();
  };
  const isThere = async (environment: string, name: string) =>
    (await world.query(environment, `SELECT FROM pg_class WHERE relname = '${name}'`)).length === 1;

  it('takes back what was done, once somebody else has confirmed, and says what would be lost', async () => {
    await world.query('prod', 'CREATE TABLE by_hand (id int)');
    await world.query('prod', 'INSERT INTO by_hand VALUES (1), (2)');
    await sweep();
    expect(await team.told(number, 'wim', '/drift revert')).toMatch(/`wim` may not/);
    expect(await team.told(number, 'dan', '/drift revert')).toMatch(
      /public\.by_hand` holds 2 rows[^]*--accept-data-loss/,
    );
    const shown = await team.told(number, 'dan', '/drift revert --accept-data-loss');
    expect(shown).toMatch(/1 other person has to comment `\/confirm`[^]*DROP TABLE public\.by_hand;/);
    expect(await isThere('prod', 'by_hand')).toBe(true);
    expect(await team.told(number, 'dan', '/confirm')).toMatch(/`dan` asked for the revert/);
    expect(await team.told(number, 'dora', '/confirm')).toContain('`prod` is what its history says again.');
    expect(await isThere('prod', 'by_hand')).toBe(false);
    expect(await team.holds()).toEqual([]);
    expect(await issues()).toEqual([]);
    expect(await world.history('prod')).toEqual([ranAs(1), ranAs(2)]);
    expect(
      await world.query('prod', `SELECT name, direction, actor FROM tidegate.ledger WHERE name = 'drift'`),
    ).toEqual([{ name: 'drift', direction: 'down', actor: 'dan' }]);
  });

  it('runs nothing that was not shown', async () => {
    await world.query('prod', 'CREATE INDEX first ON step_0002 (id)');
    await team.told(number, 'dan', '/drift revert');
    await world.query('prod', 'CREATE INDEX second ON step_0002 (id)');
    expect(await team.told(number, 'dora', '/confirm')).toMatch(/no longer what was shown/);
    expect(await isThere('prod', 'first')).toBe(true);
    await team.told(number, 'dan', '/drift revert');
    await team.told(number, 'dora', '/confirm');
    expect([await isThere('prod', 'first'), await isThere('prod', 'second')]).toEqual([false, false]);
  });

  it('names what has no statement, and offers nothing for it', async () => {
    const mood = "-- Up Migration\nCREATE TYPE mood AS ENUM ('ok');\n";
    await team.land({ branch: 'three', files: { [fileOf(3)]: mood } });
    await world.query('prod', "ALTER TYPE mood ADD VALUE 'sad'");
    expect(await team.told(number, 'dan', '/drift revert')).toMatch(
      /No statement is known that takes back type public\.mood/,
    );
    await world.query('prod', "DROP TYPE mood; CREATE TYPE mood AS ENUM ('ok')");
    await sweep();
    expect(await team.holds()).toEqual([]);
  });

  it('is not held for what its rules leave alone, until their last day', async () => {
    world.setTime(new Date('2027-03-01T10:00:00Z'));
    const ignore = "{ objects: 'audit.*', reason: 'made by pg_partman', until: 2027-03-02 }";
    await team.rule(
      rules(`drift: { ignore: [${ignore}, { objects: 'schema audit', reason: its, until: 2027-03-02 }] }`),
    );
    await world.settled();
    await world.query('prod', 'CREATE SCHEMA audit; CREATE TABLE audit.p1 (id int)');
    expect(await team.told(number, 'wim', '/drift prod')).toMatch(
      /is what its history says\.[^]*table `audit\.p1`, until 2027-03-02: made by pg/,
    );
    expect(await team.holds()).toEqual([]);
    world.setTime(new Date('2027-03-03T10:00:00Z'));
    await sweep();
    expect(await team.holds()).toEqual(['prod: drift']);
    expect(await team.told(number, 'wim', '/drift prod')).toMatch(
      /`audit\.\*` was to be left alone until 2027-03-02/,
    );
    await world.query('prod', 'DROP SCHEMA audit CASCADE');
    await sweep();
    expect(await team.holds()).toEqual([]);
  });

  it('says how environments of the same history differ', async () => {
    const three = (await world.as('ada').rest.repos.getContent({ ...SHOP, path: fileOf(3) })).data;
    const text = 'content' in three ? Buffer.from(three.content, 'base64').toString() : '';
    await team.push('dev', { ...step(2), [fileOf(3)]: text });
    await world.settled();
    await sweep();
    expect(await world.history('dev')).toEqual(await world.history('prod'));
    expect(await team.told(number, 'wim', '/drift prod')).toMatch(
      /`dev` has the same history, and the same schema/,
    );
    await world.query('dev', 'CREATE TABLE only_here (id int)');
    await sweep();
    expect(await team.holds()).toEqual([]);
    expect(await team.told(number, 'wim', '/drift prod')).toMatch(
      /is what its history says[^]*`dev` has the same history; the two schemas differ by table public\.only/,
    );
    expect(await issues()).toEqual(['dev has drifted: its schema is not what its history says']);
    await team.told(number, 'dan', '/drift revert dev --accept-data-loss');
    expect(await isThere('dev', 'only_here')).toBe(false);
    expect(await issues()).toEqual([]);
  });
});
