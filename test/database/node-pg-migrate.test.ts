import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runner } from 'node-pg-migrate';
import { describe, expect, it } from 'vitest';
import { applySteps } from '../../src/apply/apply-steps.ts';
import type { ApplyStep } from '../../src/domain/apply.ts';
import type { MigrationSettings } from '../../src/domain/migration.ts';
import { dev, openTarget, origin, pace, script, settings, stepOf } from '../support/target-fixture.ts';

const names = ['1_first', '2_second', '3_third'];

function step(name: string, direction: 'up' | 'down' = 'up'): ApplyStep {
  return stepOf(name, script(`CREATE TABLE "${name}" ()`), script(`DROP TABLE "${name}"`), direction);
}

/** node-pg-migrate itself, with the migrations of the same names and statements in a folder. */
async function cli(
  url: string,
  request: { direction: 'up' | 'down'; count?: number; settings?: MigrationSettings },
): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'tidegate-test-'));
  try {
    for (const name of names) {
      await writeFile(
        join(folder, `${name}.sql`),
        `-- Up Migration\nCREATE TABLE "${name}" ();\n-- Down Migration\nDROP TABLE "${name}";\n`,
      );
    }
    const { table, schema, decamelize } = request.settings ?? settings;
    const ran = await runner({
      databaseUrl: url,
      dir: folder,
      migrationsTable: table,
      schema,
      decamelize,
      direction: request.direction,
      ...(request.count === undefined ? {} : { count: request.count }),
      checkOrder: true,
      singleTransaction: true,
      log: () => undefined,
    });
    return ran.map(({ name }) => name);
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe('a target that node-pg-migrate’s own runner works on as well', () => {
  it('finds nothing to do after an apply', async () => {
    await using target = await openTarget();
    await target.locked((locked) =>
      applySteps(
        locked,
        names.map((name) => step(name)),
        origin,
        pace,
      ),
    );
    expect(await cli(target.url, { direction: 'up' })).toEqual([]);
  });

  it('goes on where an apply stopped, and takes back what an apply ran', async () => {
    await using target = await openTarget();
    await target.locked((locked) => applySteps(locked, [step('1_first'), step('2_second')], origin, pace));
    expect(await cli(target.url, { direction: 'up' })).toEqual(['3_third']);
    expect(await cli(target.url, { direction: 'down', count: 2 })).toEqual(['3_third', '2_second']);
    expect((await target.targets.read(dev, settings)).ledger.map(({ name }) => name)).toEqual(['1_first']);
  });

  it('is taken over: what the runner applied is there already, and can be taken back', async () => {
    await using target = await openTarget();
    expect(await cli(target.url, { direction: 'up', count: 2 })).toEqual(['1_first', '2_second']);
    const outcome = await target.locked((locked) =>
      applySteps(
        locked,
        names.map((name) => step(name)),
        origin,
        pace,
      ),
    );
    expect(outcome.steps.map(({ status }) => status)).toEqual(['already', 'already', 'done']);
    await target.locked((locked) => applySteps(locked, [step('3_third', 'down')], origin, pace));
    expect(await cli(target.url, { direction: 'up' })).toEqual(['3_third']);
  });

  it('makes the table as the runner makes it', async () => {
    const columns = `SELECT column_name, data_type, character_maximum_length, is_nullable, column_default
      FROM information_schema.columns WHERE table_name = 'pgmigrations' ORDER BY ordinal_position`;
    await using ours = await openTarget();
    await ours.locked(() => Promise.resolve());
    await using theirs = await openTarget();
    await cli(theirs.url, { direction: 'up', count: 1 });
    expect(await ours.rows(columns)).toEqual(await theirs.rows(columns));
  });

  it('is kept off while an apply runs', async () => {
    await using target = await openTarget();
    await target.locked(async () => {
      await expect(cli(target.url, { direction: 'up' })).rejects.toThrow(/already running/);
    });
  });

  it('keeps the history in the schema and under the name that the settings give', async () => {
    await using target = await openTarget();
    await target.client.query('CREATE SCHEMA app');
    const other = { ...settings, schema: 'app', table: 'schema_history', decamelize: true };
    await target.targets.withLock(dev, other, (locked) =>
      applySteps(locked, [step('1_first')], origin, pace),
    );
    expect(await target.rows('SELECT name FROM app.schema_history')).toEqual([{ name: '1_first' }]);
    expect(await target.rows(`SELECT to_regclass('app."1_first"')::text AS made`)).toEqual([
      { made: 'app."1_first"' },
    ]);
    expect(await cli(target.url, { direction: 'up', settings: other })).toEqual(['2_second', '3_third']);
  });
});
