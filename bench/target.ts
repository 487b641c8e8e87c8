import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { createTargets } from '../src/database/target/targets.ts';
import { defaultMigrationSettings as settings } from '../src/domain/migration.ts';
import { environmentId } from '../src/domain/repository.ts';
import { readActual, type Actual } from '../src/jobs/planning/read-actual.ts';
import { strictestPolicy } from '../src/jobs/setup.ts';
import type { PlanMemory } from '../src/jobs/planning/plan-memory.ts';
import { checksumOf } from '../src/migrations/read.ts';
import { fileName, sqlFile, type BenchMigration } from './histories.ts';
import type { Scene } from './scene.ts';

const key = { repositoryId: 1, environment: 'dev' };

/** A database that says of itself that Tidegate has run these migrations there; the tables that they make are not. */
export interface BenchTarget {
  /** Reads it as the service does before each plan. */
  read(memory: PlanMemory): Promise<Actual>;
}

/** Makes the database and its history; the stack drops it. */
export async function openTarget(
  { server, log, stack }: Scene,
  migrations: readonly BenchMigration[],
): Promise<BenchTarget> {
  const database = stack.opened('target', await server.createDatabase(), (name) => server.dropDatabase(name));
  const url = server.url(database);
  const wait = (ms: number): Promise<void> => sleep(ms);
  const address = { url: () => Promise.resolve(url), readUrl: () => Promise.resolve(null) };
  const targets = createTargets(new Map([[environmentId(key), address]]), { log, wait, random: Math.random });
  // Makes the tables.
  await targets.withLock(key, settings, () => Promise.resolve());
  await fill(url, migrations);
  return {
    read: (memory) => readActual(key, strictestPolicy(key.environment), settings, { targets, memory }),
  };
}

async function fill(url: string, migrations: readonly BenchMigration[]): Promise<void> {
  const rows = migrations.map((one) => ({
    name: fileName(one, 'sql').replace(/\.sql$/, ''),
    checksum: checksumOf(Buffer.from(sqlFile(one))),
    up: scriptOf(one.up),
    down: scriptOf(one.down),
  }));
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(
      `INSERT INTO public.pgmigrations (name, run_on)
       SELECT m->>'name', timestamp '2024-01-01' + at * interval '1 second'
         FROM jsonb_array_elements($1::jsonb) WITH ORDINALITY AS ms (m, at) ORDER BY at`,
      [JSON.stringify(rows)],
    );
    await client.query(
      `INSERT INTO tidegate.ledger (history, history_id, name, direction, checksum, up, down, digest, commit, actor,
                                    fencing_token, duration_ms, adopted)
       SELECT '"public"."pgmigrations"', h.id, h.name, 'up', m->>'checksum', m->'up', m->'down', 'd', 'c', 'bench', 1, 1, false
         FROM jsonb_array_elements($1::jsonb) m JOIN public.pgmigrations h ON h.name = m->>'name' ORDER BY h.id`,
      [JSON.stringify(rows)],
    );
    await client.query('ANALYZE');
  } finally {
    await client.end();
  }
}

function scriptOf(sql: string): object {
  return { transaction: true, statements: [{ sql: sql.replace(/;$/, ''), line: 2 }] };
}
