import { expect } from 'vitest';
import { migrateByHand } from '../../src/demo/migrate-by-hand.ts';
import { withClient } from '../support/postgres.ts';
import { SHOP, type World } from '../support/world.ts';

/** Each environment's branch in the worlds of these tests. */
const branches: Readonly<Record<string, string>> = { prod: 'main' };

/**
 * What must hold whenever everything has come to rest: each target equals its branch, each migration ran once,
 * the ledger and the audit account for all of it, and node-pg-migrate's own CLI finds nothing to do.
 */
export async function expectAgreement(world: World): Promise<void> {
  const { rows: holds } = await withClient(world.control.url, (client) =>
    client.query('SELECT environment, document FROM tidegate.hold'),
  );
  expect(holds).toEqual([]);
  for (const environment of world.targets.keys()) await expectEqual(world, environment);
  expect(world.github.unknownRequests).toEqual([]);
  expect(world.violations()).toEqual([]);
}

async function expectEqual(world: World, environment: string): Promise<void> {
  const files = await filesOn(world, branches[environment] ?? environment);
  const names = Object.keys(files)
    .map((file) => file.replace(/\.(sql|js)$/, ''))
    .sort();
  const history = await world.history(environment);
  expect(history, `the history of ${environment}`).toEqual(names);
  const tables = await world.query<{ name: string }>(
    environment,
    `SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
        AND relname LIKE 'step%' ORDER BY 1`,
  );
  const wanted = Object.values(files).flatMap((text) => /TABLE (\w+)/.exec(text)?.[1] ?? []);
  expect(tables.map(({ name }) => name)).toEqual(wanted.sort());
  const ledger = await world.query<{ name: string }>(
    environment,
    `SELECT ledger.name FROM tidegate.ledger JOIN public.pgmigrations history ON history.id = ledger.history_id
      WHERE ledger.direction = 'up' ORDER BY 1`,
  );
  expect(ledger.map(({ name }) => name)).toEqual([...history].sort());
  expect(await audited(world, environment)).toEqual([...history].sort());
  if (history.length === 0) return;
  const url = world.targets.get(environment)?.url ?? '';
  expect(await migrateByHand(files, url, world.directory)).toContain('No migrations to run');
}

/** What the audit says is applied: every apply, less every rollback, in order. */
async function audited(world: World, environment: string): Promise<readonly string[]> {
  const { rows } = await withClient(world.control.url, (client) =>
    client.query<{ action: string; migration: string }>(
      `SELECT action, migration FROM tidegate.audit
        WHERE environment = $1 AND action IN ('applied', 'adopted', 'rolled-back') ORDER BY id`,
      [environment],
    ),
  );
  const standing = new Set<string>();
  for (const { action, migration } of rows) {
    if (action === 'rolled-back') standing.delete(migration);
    else standing.add(migration);
  }
  return [...standing].sort();
}

async function filesOn(world: World, branch: string): Promise<Record<string, string>> {
  const { rest } = world.as('ada');
  const { data: commit } = await rest.repos.getBranch({ ...SHOP, branch });
  const { data } = await rest.git.getTree({ ...SHOP, tree_sha: commit.commit.sha, recursive: 'true' });
  const files: Record<string, string> = {};
  for (const { path = '', sha = '', type } of data.tree) {
    if (type !== 'blob' || !path.startsWith('migrations/')) continue;
    const { data: blob } = await rest.git.getBlob({ ...SHOP, file_sha: sha });
    files[path.replace('migrations/', '')] = Buffer.from(blob.content, 'base64').toString('utf8');
  }
  return files;
}
