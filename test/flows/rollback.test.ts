import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { controlRows } from '../support/control-rows.ts';
import { withClient } from '../support/postgres.ts';
import { SHOP, type World } from '../support/world.ts';
import { expectAgreement } from './agreement.ts';
import { startScene } from './scene.ts';
import { fileOf, ranAs, step, type Team } from './team.ts';

const repositoryFile = `version: 1
environments:
  dev: { branch: dev, protected: false }
  prod:
    branch: main
    approvals: { required: 1, from: ['@acme/dba'] }
    rollback: { approvals: 1, from: ['@acme/dba'] }
`;

describe('taking back', () => {
  let world: World;
  let team: Team;

  beforeAll(async () => {
    ({ world, team } = await startScene({ repositoryFile, environments: ['dev', 'prod'] }));
  });
  afterAll(() => world.close());

  it('takes a confirmed rollback from its preview to the merged revert, and nothing less', async () => {
    const number = await team.land({ branch: 'second', files: step(2) });
    const asked = (login: string, body: string) => team.told(number, login, body);
    expect(await asked('rita', '/rollback --accept-data-loss')).toMatch(/`rita` may not use `\/rollback`/);
    expect(await asked('dan', '> /rollback --accept-data-loss\n\n```\n/rollback\n```')).toBe('');
    expect(await asked('dan', '/rollback')).toMatch(/--accept-data-loss/);
    expect(await asked('dora', '/confirm')).toMatch(/Nothing waits for a confirmation/);
    expect(await asked('dan', '/rollback --accept-data-loss --dry-run')).toMatch(/DROP TABLE step_0002/);
    expect(await asked('dora', '/confirm')).toMatch(/Nothing waits for a confirmation/);
    expect(await asked('dan', '/rollback --accept-data-loss')).toMatch(/DROP TABLE step_0002/);
    expect(await asked('dan', '/confirm')).toMatch(/other than `dan`/);
    expect(await asked('wim', '/confirm')).toMatch(/`wim` may not use `\/confirm`/);
    const comment = await team.comment(number, 'dora', 'I had a look.');
    await world.as('dora').rest.issues.updateComment({ ...SHOP, comment_id: comment, body: '/confirm' });
    await world.settled();
    expect(await world.history('prod')).toContain(ranAs(2));
    await asked('dora', '/confirm');
    expect(await world.history('prod')).toEqual([ranAs(1)]);
    expect(await team.holds()).toEqual(['prod: rolled-back']);
    expect(await asked('dan', '/retry')).toMatch(/stays on hold/);
    expect(await asked('dan', '/release')).toMatch(/runs again what was rolled back/);
    const [revert = 0] = await openPulls(world);
    expect(await team.check(revert, 'gate')).toBe('success');
    await team.merge(revert);
    await world.settled();
    expect(await team.holds()).toEqual([]);
    expect(await asked('dan', '/rollback')).toMatch(/taken back already/);
    expect(await refusals(world)).toEqual([
      'rita rollback',
      'dan rollback',
      'dora confirm',
      'dora confirm',
      'dan confirm',
      'wim confirm',
      'dan retry',
      'dan rollback',
    ]);
  });

  it('refuses what later migrations stand on, and offers a migration for what has no down', async () => {
    const first = await team.land({ branch: 'third', files: step(3) });
    const noDown = { [fileOf(4)]: '-- Up Migration\nCREATE VIEW step_0004 AS SELECT id FROM step_0003;\n' };
    const second = await team.land({ branch: 'fourth', files: noDown });
    await team.comment(first, 'dan', '/rollback --accept-data-loss');
    await team.comment(second, 'dan', '/rollback --accept-data-loss');
    await world.settled();
    expect((await team.answers(first)).at(-1)).toMatch(
      /Later migrations stand on .*0004\\?_step.*--to 0001_step/,
    );
    const [offer = 0] = await openPulls(world);
    expect((await team.answers(second)).at(-1)).toMatch(
      new RegExp(`#${offer} would take this back on .*DROP VIEW public.step_0004;`, 's'),
    );
    await team.close(offer);
    expect(await world.history('prod')).toEqual([1, 3, 4].map(ranAs));
  });

  it('takes back once what two people ask for in the same second', async () => {
    const number = await team.land({ branch: 'fifth', files: step(5) });
    await Promise.all(
      ['dan', 'dora'].map((login) => team.comment(number, login, '/rollback --accept-data-loss')),
    );
    await world.settled();
    await Promise.all(['dan', 'dora'].map((login) => team.comment(number, login, '/confirm')));
    await world.settled();
    expect(await rolledBack(world, 'prod', ranAs(5))).toBe(1);
    const [revert = 0, ...more] = await openPulls(world);
    expect(more).toEqual([]);
    await team.merge(revert);
    await world.settled();
    expect(await team.holds()).toEqual([]);
  });

  it('runs nothing for who has lost the right to ask since, and asks for a fresh preview', async () => {
    const number = await team.land({ branch: 'lost', files: step(5) });
    await team.comment(number, 'dan', '/rollback --accept-data-loss');
    await world.settled();
    world.github.setCollaborator(world.repository, 'dan', 'read');
    await team.comment(number, 'dora', '/confirm');
    await world.settled();
    expect((await team.answers(number)).at(-1)).toMatch(
      /who asked has lost the right to\. `dan` may not use/,
    );
    expect(await world.history('prod')).toContain(ranAs(5));
    expect(await team.holds()).toEqual([]);
    world.github.setCollaborator(world.repository, 'dan', 'write');
    await team.comment(number, 'dora', '/confirm');
    await world.settled();
    expect((await team.answers(number)).at(-1)).toMatch(/Nothing waits for a confirmation/);
    expect(await world.history('prod')).toContain(ranAs(5));
    await team.land({ branch: 'not-lost', files: { [fileOf(5)]: null } });
  });

  it('runs the down that the ledger kept for a file that an approved pull request removes', async () => {
    await team.land({ branch: 'sixth', files: step(6) });
    await team.land({ branch: 'not-sixth', files: { [fileOf(6)]: null } });
    expect(await team.holds()).toEqual([]);
    expect(await rolledBack(world, 'prod', ranAs(6))).toBe(1);
  });

  it('goes on after the service broke off between the target and the record', async () => {
    const number = await team.land({ branch: 'seventh', base: 'dev', files: step(7) });
    await breakOffOnce(world);
    await team.comment(number, 'wim', '/rollback --accept-data-loss');
    await world.settled();
    expect(await rolledBack(world, 'dev', ranAs(7))).toBeGreaterThan(0);
    const [revert = 0, ...more] = await openPulls(world);
    expect(more).toEqual([]);
    await team.merge(revert);
    await world.settled();
    expect(await team.holds()).toEqual([]);
  });

  it('builds an index concurrently and takes it back', async () => {
    const index = `
      export const up = (pgm) => {
        pgm.noTransaction();
        pgm.sql('CREATE INDEX CONCURRENTLY step_0001_twice ON step_0001 (id)');
      };
      export const down = (pgm) => {
        pgm.noTransaction();
        pgm.sql('DROP INDEX CONCURRENTLY step_0001_twice');
      };
    `;
    const number = await team.land({
      branch: 'index',
      base: 'dev',
      files: { 'migrations/0008_index.js': index },
    });
    const indexes = () => world.query('dev', "SELECT 1 FROM pg_indexes WHERE indexname = 'step_0001_twice'");
    expect(await indexes()).toHaveLength(1);
    await team.comment(number, 'wim', '/rollback');
    await world.settled();
    expect(await indexes()).toHaveLength(0);
    const [revert = 0] = await openPulls(world);
    await team.merge(revert);
    await world.settled();
  });

  it('runs nothing for who lost the right while the environment was busy', async () => {
    const number = await team.land({ branch: 'busy', base: 'dev', files: step(9) });
    await withClient(world.targets.get('dev')?.url ?? '', async (blocker) => {
      // node-pg-migrate's lock, which every apply takes: the command waits for its turn behind the push.
      await blocker.query('SELECT pg_advisory_lock(7241865325823964)');
      await team.push('dev', step(10));
      await expect.poll(() => jobs(world, 'reconcile', 'active'), { timeout: 20_000 }).toBe(1);
      await team.comment(number, 'wim', '/rollback --accept-data-loss');
      await expect.poll(() => jobs(world, 'act', 'created'), { timeout: 20_000 }).toBe(1);
      world.github.setCollaborator(world.repository, 'wim', 'read');
    });
    await world.settled();
    expect((await team.answers(number)).at(-1)).toMatch(/`wim` may not use `\/rollback`/);
    expect(await world.history('dev')).toContain(ranAs(9));
    world.github.setCollaborator(world.repository, 'wim', 'write');
  });

  it('leaves each database equal to its branch after all of that', () => expectAgreement(world));
});

async function openPulls(world: World): Promise<readonly number[]> {
  const { data } = await world.as('ada').rest.pulls.list({ ...SHOP, state: 'open' });
  return data.map(({ number }) => number);
}

/** Who was refused which command, by the audit. */
async function refusals({ control }: World): Promise<readonly string[]> {
  const sql = `SELECT actor || ' ' || (detail->>'command') AS refused
                 FROM tidegate.audit WHERE action = 'command-refused' ORDER BY id`;
  return (await controlRows<{ refused: string }>(control, sql)).map(({ refused }) => refused);
}

/** How often the audit says that a migration was taken back by its statements, not found to be so. */
async function rolledBack(world: World, environment: string, migration: string): Promise<number> {
  const { rows } = await withClient(world.control.url, (client) =>
    client.query(
      `SELECT id FROM tidegate.audit WHERE environment = $1 AND migration = $2 AND action = 'rolled-back'`,
      [environment, migration],
    ),
  );
  return rows.length;
}

async function jobs(world: World, kind: string, state: string): Promise<number> {
  const { rows } = await withClient(world.control.url, (client) =>
    client.query(`SELECT id FROM pgboss.job WHERE data->>'kind' = $1 AND state::text = $2`, [kind, state]),
  );
  return rows.length;
}

/** The control database fails once, after the target committed: a sequence remembers it through the rollback. */
function breakOffOnce(world: World): Promise<unknown> {
  return withClient(world.control.url, (client) =>
    client.query(`
      CREATE SEQUENCE broken_off;
      CREATE FUNCTION break_off() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF NEW.action = 'rolled-back' AND nextval('broken_off') = 1 THEN RAISE 'out of order'; END IF;
          RETURN NEW;
        END $$;
      CREATE TRIGGER break_off BEFORE INSERT ON tidegate.audit FOR EACH ROW EXECUTE FUNCTION break_off();
    `),
  );
}
