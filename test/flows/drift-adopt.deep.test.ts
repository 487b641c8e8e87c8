import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrateByHand } from '../../src/demo/migrate-by-hand.ts';
import { SHOP, type World } from '../support/world.ts';
import { oneOfDba, startScene } from './scene.ts';
import { ranAs, step, type Team } from './team.ts';

describe('adopting what was changed by hand', () => {
  let world: World;
  let team: Team;
  let number = 0;

  beforeAll(async () => {
    const repositoryFile = `${oneOfDba}  dev: { branch: dev, protected: false }\n`;
    ({ world, team } = await startScene({ repositoryFile, environments: ['prod', 'dev'] }));
    number = await team.land({ branch: 'two', files: step(2) });
    await world.query('prod', 'ALTER TABLE step_0001 ADD COLUMN note text');
    await world.query('prod', 'CREATE VIEW notes AS SELECT note FROM step_0001');
    await world.service.sweep();
    await world.settled();
  });
  afterAll(() => world.close());

  const opened = async () => {
    const { data } = await world.as('ada').rest.pulls.list({ ...SHOP, state: 'open' });
    expect(data).toHaveLength(1);
    return data[0]?.number ?? 0;
  };
  const fileIn = async (ref: string, path: string) => {
    const { data } = await world.as('ada').rest.repos.getContent({ ...SHOP, path, ref });
    if (Array.isArray(data) || data.type !== 'file') throw new Error(`${path} is no file`);
    return Buffer.from(data.content, 'base64').toString();
  };

  it('is for those who may touch the environment', async () => {
    expect(await team.told(number, 'wim', '/drift adopt')).toMatch(/`wim` may not/);
  });

  it('is a pull request that is green for what is there, and red once that is another', async () => {
    expect(await team.holds()).toEqual(['prod: drift']);
    const told = await team.told(number, 'dan', '/drift adopt');
    const offer = await opened();
    expect(told).toContain(`#${offer} makes Git say what \`prod\` is`);
    expect(await team.check(offer, 'plan')).toBe('success');
    expect(await team.said(offer, 'plan')).toMatch(/is written down as applied, and not run/);
    expect(await team.check(offer, 'gate')).toBe('action_required');
    await world.query('prod', 'CREATE INDEX more ON step_0001 (note)');
    await team.told(offer, 'dan', '/plan');
    await world.settled();
    expect(await team.check(offer, 'plan')).toBe('failure');
    expect(await team.said(offer, 'plan')).toMatch(
      /history makes another schema than is there: index public\\?\.more differs/,
    );
    await world.query('prod', 'DROP INDEX more');
    await team.comment(offer, 'dan', '/plan');
    await world.settled();
    expect(await team.check(offer, 'plan')).toBe('success');
  });

  it('writes nothing down where the database is another when it is merged, and does once it is not', async () => {
    const offer = await opened();
    expect(await team.gateAfter(offer, team.approve(offer, 'dan'))).toBe('action_required');
    expect(await team.said(offer, 'gate')).toMatch(/`dan`.*asked for/);
    expect(await team.gateAfter(offer, team.approve(offer, 'dora'))).toBe('success');
    await world.query('prod', 'CREATE INDEX more ON step_0001 (note)');
    await team.merge(offer);
    await world.settled();
    expect(await team.holds()).toEqual(['prod: drift']);
    expect(await world.history('prod')).toEqual([ranAs(1), ranAs(2)]);
    await world.query('prod', 'DROP INDEX more');
    await world.service.sweep();
    await world.settled();
    expect(await team.holds()).toEqual([]);
    expect(await world.history('prod')).toEqual([ranAs(1), ranAs(2), '0003_adopt_from_prod']);
    const { data } = await world.as('ada').rest.issues.listForRepo({ ...SHOP, state: 'open' });
    expect(data).toEqual([]);
  });

  it.each([
    [
      'INSERT INTO step_0001 VALUES (1)',
      /only the schema can be compared; it also runs `INSERT INTO step_0001`/,
    ],
    ['CREATE TABLE filled AS SELECT 1 AS one', /it also runs `CREATE TABLE filled`/],
    [
      'CREATE ROLE adopted_by_nobody',
      /0004\\?_more could not be tried: `CREATE ROLE adopted\\?_by\\?_nobody` .*privilege/,
    ],
  ])('is refused for a file with what nobody could compare: %s', async (sql, why) => {
    const text = `-- Up Migration\n-- tidegate:adopts prod\n${sql};\n`;
    const other = await team.open({
      branch: `of-${sql.length}`,
      files: { 'migrations/0004_more.sql': text },
    });
    await world.settled();
    expect(await team.check(other, 'plan')).toBe('failure');
    expect(await team.said(other, 'plan')).toMatch(why);
    await team.close(other);
  });

  it('runs in every other environment that it comes to, and by the library of its own', async () => {
    const path = 'migrations/0003_adopt_from_prod.sql';
    const text = await fileIn('main', path);
    expect(text).toMatchInlineSnapshot(`
      "-- Up Migration
      -- tidegate:adopts prod
      ALTER TABLE public.step_0001 ADD COLUMN note text;
      CREATE VIEW public.notes AS
       SELECT note
         FROM public.step_0001;

      -- Down Migration
      DROP VIEW public.notes;
      ALTER TABLE public.step_0001 DROP COLUMN note;
      "
    `);
    await team.push('dev', { ...step(2), [path]: text });
    await world.settled();
    expect(await world.history('dev')).toEqual(await world.history('prod'));
    expect(await world.query('dev', 'SELECT note FROM notes')).toEqual([]);
    const files = Object.fromEntries(
      Object.entries({ ...step(1), ...step(2), [path]: text }).map(([at, sql]) => [at.slice(11), sql]),
    );
    const url = world.targets.get('prod')?.url ?? '';
    expect(await migrateByHand(files, url, world.directory)).toContain('No migrations to run');
  });

  it('can be taken back as any other', async () => {
    const offer = (await world.as('ada').rest.pulls.list({ ...SHOP, state: 'closed' })).data.find(
      ({ title }) => title.startsWith('Adopt what was changed'),
    );
    await team.told(offer?.number ?? 0, 'dan', '/rollback --accept-data-loss');
    await team.told(offer?.number ?? 0, 'dora', '/confirm');
    expect(await world.history('prod')).toEqual([ranAs(1), ranAs(2)]);
    expect(await world.query('prod', `SELECT to_regclass('public.notes')::text AS name`)).toEqual([
      { name: null },
    ]);
    await team.merge(await opened());
    await world.settled();
    expect(await team.holds()).toEqual([]);
  });
});
