import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { catalogFingerprintSql } from '../../src/database/target/catalog-fingerprint.ts';
import { changes, start } from '../shadow/catalog-changes.ts';
import {
  dev,
  openTarget,
  origin,
  otherSession,
  settings,
  tableStep,
  type TargetFixture,
} from '../support/target-fixture.ts';

let target: TargetFixture;
beforeAll(async () => {
  target = await openTarget();
  await target.client.query(start);
  await target.locked((locked) => locked.run(tableStep('0001'), origin));
});
afterAll(() => target[Symbol.asyncDispose]());

async function fingerprint(): Promise<unknown> {
  await target.client.query('SET search_path TO pg_catalog');
  const [row] = await target.rows(catalogFingerprintSql);
  await target.client.query('SET search_path TO public');
  return row?.['fingerprint'];
}

describe("the fingerprint of a target's catalog", () => {
  it.each(changes)('is another after %s', async (sql) => {
    const before = await fingerprint();
    await target.client.query('BEGIN');
    try {
      await target.client.query(sql);
      expect(await fingerprint()).not.toBe(before);
    } finally {
      await target.client.query('ROLLBACK');
    }
    expect(await fingerprint()).toBe(before);
  });

  it.each([
    ['rows', `INSERT INTO t VALUES (1, 'a', 1, 1)`],
    ['temporary tables', 'CREATE TEMP TABLE scratch (id int PRIMARY KEY, at date)'],
    ['sequences that count on', `SELECT nextval('s')`],
    ['statistics', 'ANALYZE'],
    ['what autovacuum does', 'VACUUM (FREEZE) t'],
    ["rows of node-pg-migrate's own", `INSERT INTO pgmigrations (name, run_on) VALUES ('x', now())`],
    ["Tidegate's own schema", 'ALTER TABLE tidegate.fence ADD COLUMN more int'],
  ])('stays the same for %s', async (_what, sql) => {
    const before = await fingerprint();
    await target.client.query(sql);
    expect(await fingerprint()).toBe(before);
  });
});

describe('a look at a target', () => {
  const look = <T>(work: Parameters<typeof target.targets.look<T>>[2]): Promise<T> =>
    target.targets.look(dev, settings, work);

  it('changes nothing, and tells when what it looks at moves', async () => {
    await look(async (view) => {
      await expect(view.ask('CREATE TABLE more (id int)', [])).rejects.toThrow(/read-only/);
    });
    const seen = await look(async (view) => {
      const stays = await view.hasMoved();
      await target.client.query('CREATE TABLE meanwhile (id int)');
      return [stays, await view.hasMoved()];
    });
    expect(seen).toEqual([false, true]);
  });

  it('has another mark for another history', async () => {
    const before = await look((view) => Promise.resolve(view.historyMark));
    await target.client.query(`INSERT INTO pgmigrations (name, run_on) VALUES ('by hand', now())`);
    expect(await look((view) => Promise.resolve(view.historyMark))).not.toBe(before);
  });

  it('names who owns what migrations make', async () => {
    const [row] = await target.rows('SELECT current_user::text AS name');
    const owners = await look((view) => Promise.resolve(view.owners));
    expect(owners.toSorted()).toEqual(['pg_database_owner', row?.['name']].toSorted());
  });

  it('says what is under way, and what stopped half-way', async () => {
    const underway = () => look((view) => Promise.resolve(view.underway));
    expect(await underway()).toBeNull();
    await using other = await otherSession(target.url);
    await other.client.query('SELECT pg_advisory_lock(7241865325823964)');
    expect(await underway()).toMatch(/A migration is running/);
    await other.client.query('SELECT pg_advisory_unlock(7241865325823964)');
    await target.client.query(
      `INSERT INTO tidegate.journal (history, name, direction, statement, sql, state, fencing_token, backend, backend_start)
       VALUES ('"public"."pgmigrations"', '0002_index', 'up', 0, 'x', 'done', 1, 1, now())`,
    );
    expect(await underway()).toBeNull();
    const { halfway } = await target.targets.read(dev, settings);
    expect(halfway).toEqual([{ name: '0002_index', direction: 'up' }]);
  });
});
