import { createHash } from 'node:crypto';
import pg from 'pg';
import type { CompiledMigration, MigrationSettings } from '../domain/migration.ts';
import type { Log } from '../ports/log.ts';
import { buildBaseline, type BaselineRequest } from './build-baseline.ts';
import type { DatabaseTools } from './databases.ts';
import { historyTableOf } from './history-table.ts';
import { writeMark } from './names.ts';
import { dropShadowDatabase, listShadowDatabases, type ShadowDatabase } from './sweep.ts';

/** Databases that hold what a branch's migrations make, ready to be copied. */
export interface BaselineShelf {
  /** The name of a template that holds the baseline; built where no other plan has built it. */
  take(request: BaselineRequest): Promise<string>;
}

export interface ShelfTools extends DatabaseTools {
  readonly versionNumber: number;
  readonly log: Log;
}

/** Templates that are kept; the least recently used ones go. */
const kept = 20;

/** Opens the shelf. One baseline is built once at a time in this process, however many plans ask for it. */
export function openShelf(tools: ShelfTools): BaselineShelf {
  const taking = new Map<string, Promise<string>>();
  return {
    take(request) {
      const key = keyOf(tools.versionNumber, request.baseline, request.settings);
      const known = taking.get(key);
      if (known !== undefined) return known;
      const found = findOrBuild(tools, key, request);
      taking.set(key, found);
      // Only what is under way is remembered: afterwards the server itself is asked.
      const done = (): void => void taking.delete(key);
      found.then(done, done);
      return found;
    },
  };
}

/** Everything that decides what a baseline looks like. */
function keyOf(
  versionNumber: number,
  baseline: readonly CompiledMigration[],
  settings: MigrationSettings,
): string {
  const migrations = baseline.map(({ name, checksum, up }) => [
    name,
    checksum,
    up.transaction,
    up.statements.map(({ sql }) => sql),
  ]);
  const parts = [versionNumber, historyTableOf(settings), migrations];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

async function findOrBuild(tools: ShelfTools, key: string, request: BaselineRequest): Promise<string> {
  const databases = await listShadowDatabases(tools.admin);
  const found = databases.find(({ mark }) => mark.kind === 'baseline' && mark.key === key);
  if (found !== undefined) {
    await markUsed(tools, found.name, key);
    return found.name;
  }
  await makeRoom(tools, databases);
  return buildBaseline(tools, key, request);
}

async function markUsed(tools: ShelfTools, name: string, key: string): Promise<void> {
  const usedAt = Math.floor(tools.now().getTime() / 1000);
  const mark = pg.escapeLiteral(writeMark({ kind: 'baseline', key, usedAt }));
  try {
    await tools.admin.query(`COMMENT ON DATABASE ${pg.escapeIdentifier(name)} IS ${mark}`);
  } catch (error) {
    // Two plans note it at the same moment, or it is just being dropped: the copy will show which.
    tools.log.debug({ name, error: String(error) }, "could not note a baseline's use");
  }
}

async function makeRoom(tools: ShelfTools, databases: readonly ShadowDatabase[]): Promise<void> {
  const usedAt = ({ mark }: ShadowDatabase): number => (mark.kind === 'baseline' ? mark.usedAt : 0);
  const oldestFirst = databases
    .filter(({ mark }) => mark.kind === 'baseline')
    .toSorted((a, b) => usedAt(a) - usedAt(b));
  for (const { name } of oldestFirst.slice(0, Math.max(0, oldestFirst.length - kept + 1))) {
    try {
      await dropShadowDatabase(tools.admin, name);
    } catch (error) {
      tools.log.warn({ name, error: String(error) }, 'could not drop an old baseline');
    }
  }
}
