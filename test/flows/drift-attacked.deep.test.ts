import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { withClient } from '../support/postgres.ts';
import { SHOP, type World } from '../support/world.ts';
import { startScene } from './scene.ts';
import { ranAs, step, type Team } from './team.ts';

const rules = `version: 1
environments:
  prod:
    branch: main
    approvals: { required: 1, from: ['@acme/dba'] }
    rollback: { approvals: 1, from: ['@acme/dba'] }
    drift: { ignore: [{ objects: 'public.hour_*', reason: 'made by the hour', until: 2099-01-01 }] }
`;

/** Names of at most 63 bytes that look like something else. */
const names = [
  '<img src=x onerror=alert(1)>',
  '@acme/dba and #1',
  'a"b.c""d',
  '``` ```sql\n# heading',
  'line\nbreak; DROP TABLE step_0001; --',
  '*/ DROP TABLE step_0001; /*',
  `ä${'€'.repeat(20)}x`,
  "it's $$ $x$",
  'x on public.y',
];

describe('drift by a hostile or unlucky hand', () => {
  let world: World;
  let team: Team;
  let number = 0;

  beforeAll(async () => {
    ({ world, team } = await startScene({ repositoryFile: rules }));
    number = await team.land({ branch: 'two', files: step(2) });
  });
  afterAll(() => world.close());

  const sweep = async () => {
    await world.service.sweep();
    await world.settled();
  };
  const issues = async (state: 'open' | 'all' = 'open') => {
    const { data } = await world
      .as('ada')
      .rest.issues.listForRepo({ ...SHOP, state, creator: 'tidegate[bot]' });
    return data
      .filter(({ pull_request: pull, title }) => pull === undefined && title.includes('drifted'))
      .map(({ number: at, body }) => ({ number: at, body }));
  };
  const offers = async () => (await world.as('ada').rest.pulls.list({ ...SHOP, state: 'open' })).data;
  afterEach(async () => {
    await sweep();
    expect([await team.holds(), await issues()]).toEqual([[], []]);
  });

  it('shows names for what they are, writes them as statements, and takes them back', async () => {
    for (const name of names) {
      const quoted = `"${name.replaceAll('"', '""')}"`;
      await world.query('prod', `CREATE TABLE ${quoted} (${quoted} int, id int)`);
      await world.query('prod', `COMMENT ON COLUMN ${quoted}.${quoted} IS '@acme/dba <b>it''s</b>\n\`\`\`'`);
      await world.query('prod', `CREATE INDEX ON ${quoted} (${quoted})`);
    }
    await sweep();
    const [issue] = await issues();
    const outside = (issue?.body ?? '').replaceAll(/^(`{3,})sql\n[^]*?\n\1$/gm, '');
    expect(outside).not.toMatch(/<img|# heading|(?<!`)@acme/);
    await team.told(number, 'dan', '/drift adopt');
    const [offer, ...more] = await offers();
    expect(more).toEqual([]);
    expect(await team.check(offer?.number ?? 0, 'plan')).toBe('success');
    await team.close(offer?.number ?? 0);
    await team.told(number, 'dan', '/drift revert --accept-data-loss');
    expect(await team.told(number, 'dora', '/confirm')).toContain('`prod` is what its history says again.');
    expect(await world.query('prod', 'SELECT FROM step_0001')).toEqual([]);
  });

  it('finds a schema that is gone, and makes it again', async () => {
    const app = '-- Up Migration\nCREATE SCHEMA app; CREATE TABLE app.t (id int PRIMARY KEY);\n';
    await team.land({ branch: 'app', files: { 'migrations/0003_app.sql': app } });
    await world.query('prod', 'DROP SCHEMA app CASCADE');
    await sweep();
    expect(await team.holds()).toEqual(['prod: drift']);
    await team.told(number, 'dan', '/drift revert');
    await team.told(number, 'dora', '/confirm');
    expect(await world.query('prod', `SELECT to_regclass('app.t')::text AS name`)).toEqual([
      { name: 'app.t' },
    ]);
  });

  it('counts an extension once, whatever it brings', async () => {
    await world.query('prod', 'CREATE EXTENSION citext');
    expect(await team.told(number, 'wim', '/drift')).toMatch(/1 object differs\.[^]*CREATE EXTENSION citext/);
    await world.query('prod', 'DROP EXTENSION citext');
  });

  it('writes what no shadow runs, and says that it is to be written by hand', async () => {
    await world.query('prod', 'CREATE FOREIGN DATA WRAPPER files');
    expect(await team.told(number, 'dan', '/drift')).toContain('CREATE FOREIGN DATA WRAPPER files;');
    expect(await team.told(number, 'dan', '/drift adopt')).toMatch(
      /Nothing is offered for it[^]*Nothing proves `CREATE FOREIGN DATA`[^]*Write this one by hand/,
    );
    expect(await offers()).toEqual([]);
    await world.query('prod', 'DROP FOREIGN DATA WRAPPER files');
  });

  it('leaves partitions alone that are made by the hour', async () => {
    for (let hour = 0; hour < 3; hour += 1) {
      await world.query('prod', `CREATE TABLE hour_${hour} (id int PRIMARY KEY)`);
      await sweep();
      expect([await team.holds(), await issues()]).toEqual([[], []]);
    }
  });

  it('opens one pull request for one drift, however often it is asked for', async () => {
    await world.query('prod', 'ALTER TABLE step_0001 ADD COLUMN note text');
    await Promise.all([
      team.comment(number, 'dan', '/drift adopt'),
      team.comment(number, 'dora', '/drift adopt'),
    ]);
    await world.settled();
    const [offer, ...more] = await offers();
    expect(more).toEqual([]);
    expect((await team.answers(number)).join('\n')).toMatch(
      /was not done.*adopts just that already, and is open/,
    );
    await team.close(offer?.number ?? 0);
    await world.query('prod', 'ALTER TABLE step_0001 DROP COLUMN note');
  });

  it('has one revert wait, and says where the other was asked for', async () => {
    await world.query('prod', 'ALTER TABLE step_0001 ADD COLUMN note text');
    await sweep();
    const issue = (await issues())[0]?.number ?? 0;
    await team.told(number, 'dan', '/drift revert --accept-data-loss');
    await team.told(issue, 'dan', '/drift revert --accept-data-loss');
    expect(await team.told(number, 'dora', '/confirm')).toMatch(/😕/);
    expect(await team.holds()).toEqual(['prod: drift']);
    expect(await team.told(issue, 'dora', '/confirm')).toContain('`prod` is what its history says again.');
    expect(await world.history('prod')).toContain(ranAs(2));
  });

  it('tells of a drift again whose issue was closed by hand', async () => {
    await world.query('prod', 'ALTER TABLE step_0001 ADD COLUMN note text');
    await sweep();
    const first = (await issues())[0]?.number ?? 0;
    await world.as('ada').rest.issues.update({ ...SHOP, issue_number: first, state: 'closed' });
    await sweep();
    expect(await team.holds()).toEqual(['prod: drift']);
    const [again, ...more] = await issues();
    expect(more).toEqual([]);
    expect(again?.number ?? 0).toBeGreaterThan(first);
    await world.query('prod', 'ALTER TABLE step_0001 DROP COLUMN note');
  });

  it('goes on where its issue is locked', async () => {
    await world.query('prod', 'ALTER TABLE step_0001 ADD COLUMN note text');
    await sweep();
    const issue = (await issues())[0]?.number ?? 0;
    await world.as('ada').rest.issues.lock({ ...SHOP, issue_number: issue });
    await team.comment(issue, 'dan', '/drift');
    await world.withoutPauses(() => world.settled());
    expect(await team.answers(issue)).toEqual([]);
    await world.query('prod', 'ALTER TABLE step_0001 DROP COLUMN note');
    await sweep();
    const { rows } = await withClient(world.control.url, (client) =>
      client.query('SELECT payload FROM tidegate.announcement'),
    );
    expect(rows).toEqual([]);
  });

  it('says at once that a database cannot be compared', async () => {
    const home = world.targets.get('prod')?.url ?? '';
    const other = new pg.Client({ connectionString: home });
    await other.connect();
    try {
      await other.query('CREATE VIEW seen AS SELECT id FROM step_0001');
      await other.query('BEGIN; ALTER TABLE step_0001 ADD COLUMN n int');
      expect(await team.told(number, 'wim', '/drift')).toMatch(
        /was not compared with its history[^]*step_0001` is held by a transaction of role/,
      );
      await other.query('ROLLBACK; DROP VIEW seen');
    } finally {
      await other.end();
    }
    world.pointTo('prod', 'postgres://nobody:geheim@127.0.0.1:1/prod');
    let told = '';
    await world.withoutPauses(async () => {
      told = await team.told(number, 'wim', '/drift');
    });
    expect(told).toMatch(/was not compared with its history[^]*cannot be reached/);
    expect(told).not.toContain('geheim');
    world.pointTo('prod', home);
  });
});
