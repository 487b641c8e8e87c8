import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SHOP, type World } from '../support/world.ts';
import { startScene } from './scene.ts';
import { ranAs, step, type Team } from './team.ts';

const rules = `version: 1
environments:
  prod:
    branch: main
    approvals: { required: 1, from: ['@acme/dba'] }
    rollback: { approvals: 0 }
    drift:
      ignore:
        - { objects: 'audit.*', reason: 'made by pg_partman', until: 2099-01-01 }
        - { objects: 'schema audit', reason: 'its schema', until: 2099-01-01 }
`;

describe('what the rules leave alone', () => {
  let world: World;
  let team: Team;
  let number = 0;

  beforeAll(async () => {
    ({ world, team } = await startScene({ repositoryFile: rules }));
    number = await team.land({ branch: 'two', files: step(2) });
    await world.query('prod', 'CREATE SCHEMA audit; CREATE TABLE audit.kept (id int PRIMARY KEY)');
  });
  afterAll(() => world.close());

  const adopting = (branch: string, sql: string) =>
    team.open({
      branch,
      files: { [`migrations/0009_${branch}.sql`]: `-- Up Migration\n-- tidegate:adopts prod\n${sql};\n` },
    });
  const isThere = async (name: string) =>
    (await world.query('prod', `SELECT FROM pg_class WHERE relname = '${name}'`)).length === 1;

  it.each([
    ['made', 'CREATE SCHEMA audit; CREATE TABLE audit.made (id int)', 'table audit\\.made'],
    ['other', 'CREATE SCHEMA audit; CREATE TABLE audit.kept (id text PRIMARY KEY)', 'table audit\\.kept'],
  ])('is not written down as applied by accident: %s', async (branch, sql, object) => {
    const offer = await adopting(branch, sql);
    await world.settled();
    expect(await team.check(offer, 'plan')).toBe('failure');
    expect((await team.said(offer, 'plan')).replaceAll('\\', '')).toMatch(
      new RegExp(`another schema than is there: ${object} differs`),
    );
    await team.close(offer);
  });

  it('may be adopted by a migration that says so, and what it leaves out is named', async () => {
    await world.query('prod', 'CREATE TABLE audit.left_out (id int)');
    const offer = await adopting('kept', 'CREATE SCHEMA audit; CREATE TABLE audit.kept (id int PRIMARY KEY)');
    await world.settled();
    expect(await team.check(offer, 'plan')).toBe('success');
    expect((await team.answers(offer)).join().replaceAll('\\', '')).toMatch(
      /table audit\.left_out differs there still: `drift\.ignore` leaves that alone, and it is not adopted/,
    );
    await team.close(offer);
  });

  it('is named where what shall be adopted needs it', async () => {
    await world.query('prod', 'CREATE TABLE refers (id int REFERENCES audit.kept)');
    expect(await team.told(number, 'dan', '/drift adopt')).toMatch(
      /Nothing is offered for it[^]*speak of schema audit, table audit\.kept, which `drift\.ignore` leaves alone/,
    );
    const { data } = await world.as('ada').rest.pulls.list({ ...SHOP, state: 'open' });
    expect(data).toEqual([]);
  });

  it('stays where what needs it is taken back', async () => {
    const told = await team.told(number, 'dan', '/drift revert --accept-data-loss');
    expect(told).toContain('`prod` is what its history says again.');
    expect([await isThere('refers'), await isThere('kept')]).toEqual([false, true]);
  });

  it('is not lost sight of where it hangs on what would be taken back', async () => {
    await world.query('prod', 'CREATE TABLE by_hand (id int PRIMARY KEY)');
    await world.query('prod', 'CREATE TABLE audit.hangs (id int REFERENCES by_hand)');
    const told = await team.told(number, 'dan', '/drift revert --accept-data-loss');
    expect(told).toMatch(/do not run: [^]*depend[^]*table audit\.hangs[^]* may hang on what would be taken/);
    expect(told).not.toMatch(/Making|did not come to its end/);
    await world.query('prod', 'DROP TABLE audit.hangs');
    await team.told(number, 'dan', '/drift revert --accept-data-loss');
    expect(await isThere('by_hand')).toBe(false);
    expect(await world.history('prod')).toEqual([ranAs(1), ranAs(2)]);
  });
});
