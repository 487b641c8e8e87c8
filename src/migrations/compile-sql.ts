import type { MigrationSource } from '../domain/migration.ts';
import type { ContentCache } from '../ports/cache.ts';
import type { Compiling } from './compilation.ts';
import type { Compilation } from './compilation-shape.ts';
import { readCached } from './cached.ts';
import { findMarkerFault } from './markers.ts';
import type { SandboxBatch } from './sandbox/batch.ts';
import type { SplitAnswer } from './sandbox/protocol.ts';
import { compilationShape } from './shapes.ts';
import { splitTask } from './splitter.ts';
import { readSqlFile } from './sql-file.ts';

/** Compiles a .sql migration: the parts that node-pg-migrate would send, split into statements. */
export async function compileSql(
  source: MigrationSource,
  cache: ContentCache,
  splitter: SandboxBatch<SplitAnswer>,
): Promise<Compiling> {
  const key = `split:v1:${source.checksum}`;
  const kept = await readCached(cache, key, compilationShape);
  if (kept !== null) return { kind: 'compiled', compilation: kept, asksDatabase: false };
  const content = Buffer.from(source.content).toString('utf8');
  const file = readSqlFile(content);
  const fault = await findMarkerFault(content, file);
  if (fault !== null) {
    return { kind: 'problem', problem: { ...fault, migration: source.name, path: source.path } };
  }
  const texts = file.down === null ? [file.up] : [file.up, file.down];
  const splitting = await splitTask(splitter, source, { texts });
  if (splitting.kind === 'problem') return splitting;
  const [up = [], down] = splitting.parts;
  const made: Compilation = {
    up: { transaction: true, statements: up },
    down: down === undefined ? null : { transaction: true, statements: down },
    shorthands: {},
    note: file.hasUpMarker ? null : 'no-markers',
  };
  await cache.put(key, JSON.stringify(made));
  return { kind: 'compiled', compilation: made, asksDatabase: false };
}
