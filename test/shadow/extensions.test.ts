import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '../../src/database/embedded/embedded-postgres.ts';
import { temporaryFolder } from '../../src/database/embedded/temporary-folder.ts';
import { defaultMigrationSettings } from '../../src/domain/migration.ts';
import type { Log } from '../../src/ports/log.ts';
import { compiledBaseline } from '../../src/shadow/baseline-request.ts';
import { openShadowServer, type ShadowServer } from '../../src/shadow/shadow-server.ts';
import { withClient } from '../support/postgres.ts';
import { migration, silent, withBaseline, type MigrationText } from './bench.ts';

let server: EmbeddedPostgres;
let folder: string;
beforeAll(async () => {
  folder = await temporaryFolder('tidegate-extensions-');
  server = await startEmbeddedPostgres({ directory: join(folder, 'server'), durable: false, log: silent });
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

function opened(extensions: readonly string[], log: Log = silent): Promise<ShadowServer> {
  const superuserUrl = server.superuserUrl('postgres');
  const now = (): Date => new Date();
  return openShadowServer({ superuserUrl, newId: randomUUID, now, log, extensions, spareClones: 0 });
}

async function open(extensions: readonly string[], log?: Log): Promise<ShadowServer> {
  const shadow = await opened(extensions, log);
  onTestFinished(() => shadow.close());
  return shadow;
}

/** Runs migrations one after the other on top of a baseline, and says how each of them ended. */
async function outcomes(
  shadow: ShadowServer,
  baseline: readonly MigrationText[],
  ...ups: readonly string[]
): Promise<readonly (string | null)[]> {
  return withBaseline(shadow, baseline, async (session) => {
    const said: (string | null)[] = [];
    for (const [at, up] of ups.entries()) {
      const trial = await session.step(await migration({ name: `${at + 10}_step`, up }), 'up');
      const notTried = trial.statements.find((statement) => statement.notTried !== undefined)?.notTried;
      said.push(trial.problem?.message ?? notTried ?? null);
    }
    return said;
  });
}

const use = `CREATE TABLE uses (a int, b int); CREATE INDEX ON uses USING bloom (a, b);`;
const exists = 'Running it failed on the shadow: extension "bloom" already exists.';

describe('an extension that the shadow has beforehand', () => {
  let shadow: ShadowServer;
  beforeAll(async () => void (shadow = await opened(['bloom'])));
  afterAll(() => shadow.close());

  it.each([
    ['IF NOT EXISTS', 'CREATE EXTENSION IF NOT EXISTS bloom;'],
    ['without it, as on a target that does not have it yet', 'CREATE EXTENSION "bloom";'],
    ['in the schema where it stands', 'CREATE EXTENSION bloom WITH SCHEMA public;'],
    ['outside a transaction', 'CREATE EXTENSION bloom;'],
  ])('can be made by a migration and used: %s', async (how, create) => {
    const transaction = how !== 'outside a transaction';
    await withBaseline(shadow, [], async (session) => {
      const step = await migration({ name: '1_bloom', up: `${create} ${use}`, transaction });
      const trial = await session.step(step, 'up');
      expect(trial.problem).toBeNull();
      expect(trial.statements.map(({ notTried }) => notTried)).toEqual([undefined, undefined, undefined]);
      expect((await session.schemaDiff()).map(({ name }) => name)).toContain('public.uses');
    });
  });

  it('cannot be made twice, as on a target', async () => {
    const plain = 'CREATE EXTENSION bloom;';
    expect(await outcomes(shadow, [], `${plain} ${plain}`)).toEqual([exists]);
    expect(await outcomes(shadow, [], plain, plain)).toEqual([null, exists]);
    expect(await outcomes(shadow, [], `${plain} SELECT 1 / 0;`, plain)).toEqual([
      'Running it failed on the shadow: division by zero.',
      null,
    ]);
    const before = { name: '1_bloom', up: `CREATE EXTENSION IF NOT EXISTS bloom; ${use}` };
    expect(await outcomes(shadow, [before], plain)).toEqual([exists]);
    const dropped = { name: '2_away', up: 'DROP EXTENSION bloom;' };
    expect(await outcomes(shadow, [before, dropped], plain)).toEqual([null]);
  });

  it('is replayed by a history, and by a schema to start from, that make it without IF NOT EXISTS', async () => {
    const made = { name: '1_bloom', up: `CREATE EXTENSION bloom; ${use}` };
    expect(await outcomes(shadow, [made], 'ALTER TABLE uses ADD c int;')).toEqual([null]);
    const { up } = await migration(made);
    const start = {
      label: 'db/baseline.sql',
      digest: 'd',
      standsFor: ['1_bloom'],
      load: () => Promise.resolve(up.statements),
    };
    const plain = await migration({ name: '2_again', up: 'CREATE EXTENSION bloom;' });
    await withBaseline(
      shadow,
      [],
      async (session) => expect((await session.step(plain, 'up')).problem?.message).toBe(exists),
      { start },
    );
  });

  it('can be taken back and made again', async () => {
    await withBaseline(shadow, [], async (session) => {
      const step = await migration({
        name: '1_bloom',
        up: 'CREATE EXTENSION bloom;',
        down: 'DROP EXTENSION bloom;',
      });
      await session.step(step, 'up');
      const { problems } = await session.prove([step]);
      expect(problems).toEqual([]);
    });
  });

  it('is not tried where a migration wants it in another schema', async () => {
    const up = 'CREATE SCHEMA apart; CREATE EXTENSION bloom SCHEMA apart;';
    expect(await outcomes(shadow, [], up)).toEqual([
      'not tried on the shadow: it has that extension beforehand, in another schema',
    ]);
  });

  it('is nothing that a pull request can change, and lets in no other one', async () => {
    const needs = 'not tried on the shadow: needs a privilege that it does not give';
    const hostile = [
      'DROP EXTENSION bloom CASCADE;',
      'ALTER EXTENSION bloom UPDATE;',
      'CREATE EXTENSION pg_buffercache;',
      'CREATE EXTENSION IF NOT EXISTS dblink;',
      'ALTER EXTENSION bloom ADD TABLE pg_catalog.pg_class;',
    ];
    expect(await outcomes(shadow, [], ...hostile)).toEqual(hostile.map(() => needs));
    const [refused] = await outcomes(shadow, [], 'DROP ACCESS METHOD bloom CASCADE;');
    expect(refused).toContain('must be superuser');
    const [replaced] = await outcomes(
      shadow,
      [],
      `CREATE OR REPLACE FUNCTION blhandler(internal) RETURNS index_am_handler LANGUAGE internal AS 'x';`,
    );
    expect(replaced).toMatch(/permission denied|must be owner/);
  });
});

describe('the list of extensions', () => {
  it('decides what a baseline is known by, and the same list finds it again', async () => {
    const held = compiledBaseline([await migration({ name: '1_a', up: 'CREATE TABLE a (id int);' })]);
    const templateOf = async (...extensions: readonly string[]): Promise<string> => {
      const shadow = await open(extensions);
      return shadow.baselines.take({ ...held, settings: defaultMigrationSettings, roles: [] });
    };
    const bare = await templateOf();
    const one = await templateOf('bloom');
    const two = await templateOf('bloom', 'pg_stat_statements');
    expect(new Set([bare, one, two]).size).toBe(3);
    expect(await templateOf('bloom')).toBe(one);
    expect(await templateOf()).toBe(bare);
    const grounds = await withClient(server.superuserUrl('postgres'), (client) =>
      client.query(`SELECT FROM pg_database WHERE datname LIKE 'tidegate_shadow_ground_%'`),
    );
    expect(grounds.rowCount).toBe(1);
  });

  it('is kept to as far as the server can, and says what it lacks', async () => {
    const warned: unknown[] = [];
    const log = { ...silent, warn: (...said: readonly unknown[]) => void warned.push(said) };
    const shadow = await open(['postgis', 'earthdistance', 'bloom'], log);
    expect(shadow.ground.extensions.map(({ name }) => name)).toEqual(['bloom']);
    expect(warned).toEqual([
      [{ extension: 'postgis' }, expect.stringContaining('the server does not have it')],
      [{ extension: 'earthdistance' }, expect.stringContaining('what it needs has to stand before it')],
    ]);
    expect(await outcomes(shadow, [], 'CREATE EXTENSION postgis;')).toEqual([
      'not tried on the shadow: its server does not have that extension',
    ]);
  });
});
