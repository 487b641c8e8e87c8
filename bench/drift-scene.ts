import { setTimeout as sleep } from 'node:timers/promises';
import { inPinnedTransaction, readCatalogFingerprint } from '../src/database/target/look.ts';
import type { TargetDatabase } from '../src/database/target/options.ts';
import { createTargets } from '../src/database/target/targets.ts';
import { defaultMigrationSettings as settings, type CompiledMigration } from '../src/domain/migration.ts';
import { environmentId, type EnvironmentKey } from '../src/domain/repository.ts';
import { withoutGiven } from '../src/drift/describe.ts';
import { compiledBaseline, type BaselineRequest } from '../src/shadow/baseline-request.ts';
import { snapshotOf } from '../src/shadow/catalog/catalog.ts';
import { diffSnapshots } from '../src/shadow/catalog/diff.ts';
import { readCatalogOf } from '../src/shadow/catalog/read-catalog.ts';
import { withShadowSession } from '../src/shadow/session.ts';
import { manyEnvironments } from './environments-name.ts';
import { fileName, history, type BenchMigration } from './histories.ts';
import { withClient } from './postgres.ts';
import type { Scene } from './scene.ts';
import type { ServiceTools } from './tidegate-service.ts';

/** Environments that share a database: to its server that is the same work, on less of a disk. */
const perDatabase = 10;
/** The service looks at so many at once. */
const atOnce = 4;

/** Ways to see whether databases are what a history makes of them; each gives its time in milliseconds. */
export interface DriftScene {
  /** The one question, in a session that is new. */
  question(): Promise<number>;
  /** The same with the way there, as the service asks it. */
  look(): Promise<number>;
  /** The schema that is expected from a kept template, the target's own, and what differs. */
  comparison(): Promise<number>;
  /** A look at every environment. */
  sweep(): Promise<number>;
}

/** Makes databases by a history of this length; the stack drops them. */
export async function openDriftScene(
  scene: Scene,
  { shadows }: Pick<ServiceTools, 'shadows'>,
  size: number,
): Promise<DriftScene> {
  const { log, signal } = scene;
  const migrations = history(size).map(compiled);
  const urls = await databases(scene, migrations);
  const keys = Array.from({ length: manyEnvironments }, (_, at): EnvironmentKey => ({
    repositoryId: 1,
    environment: `env-${at}`,
  }));
  const addresses = new Map(
    keys.map((key, at): [string, TargetDatabase] => {
      const url = urls[at % urls.length] ?? '';
      return [environmentId(key), { url: () => Promise.resolve(url), readUrl: () => Promise.resolve(null) }];
    }),
  );
  const wait = (ms: number): Promise<void> => sleep(ms);
  const targets = createTargets(addresses, { log, wait, random: Math.random });
  const [first = { repositoryId: 1, environment: '' }] = keys;
  const baseline: BaselineRequest = { ...compiledBaseline(migrations), settings, roles: [] };
  const lookAt = (key: EnvironmentKey): Promise<string> =>
    targets.look(key, settings, ({ fingerprint }) => Promise.resolve(fingerprint));
  const compare = async (): Promise<void> => {
    const versionNumber = await targets.look(first, settings, (view) => Promise.resolve(view.versionNumber));
    const { server } = await shadows.for(versionNumber);
    const expected = await withShadowSession(server, { baseline, signal }, (session) =>
      Promise.resolve(session.schema()),
    );
    const changes = await targets.look(first, settings, async (view) => {
      const catalog = await readCatalogOf((sql, values) => view.ask(sql, values), settings, view.owners);
      return withoutGiven(diffSnapshots(expected, snapshotOf(catalog)), new Set());
    });
    const [change] = changes;
    if (change !== undefined) throw new Error(`no drift was expected; ${change.kind} ${change.name} differs`);
  };
  // Makes the template.
  scene.progress(`a shadow of ${size} migrations`);
  await compare();
  return {
    question: () =>
      withClient(urls[0] ?? '', (client) =>
        inPinnedTransaction(client, () => timed(() => readCatalogFingerprint(client))),
      ),
    look: () => timed(() => lookAt(first)),
    comparison: () => timed(compare),
    sweep: () =>
      timed(async () => {
        const waiting = keys.values();
        const worker = async (): Promise<void> => {
          for (const next of waiting) {
            signal.throwIfAborted();
            await lookAt(next);
          }
        };
        await Promise.all(Array.from({ length: atOnce }, worker));
      }),
  };
}

async function databases(
  { server, stack, signal, progress }: Scene,
  migrations: readonly CompiledMigration[],
): Promise<readonly string[]> {
  const sql = migrations.flatMap(({ up }) => up.statements.map((one) => one.sql)).join(';\n');
  const urls: string[] = [];
  const count = manyEnvironments / perDatabase;
  for (let made = 0; made < count; made += 1) {
    progress(`databases after ${migrations.length} migrations: ${made + 1} of ${count}`);
    signal.throwIfAborted();
    const opened = stack.opened('target', await server.createDatabase(), (name) => server.dropDatabase(name));
    const url = server.url(opened);
    await withClient(url, async (client) => {
      await client.query(sql);
      await client.query('ANALYZE');
    });
    urls.push(url);
  }
  return urls;
}

function compiled(migration: BenchMigration): CompiledMigration {
  const file = fileName(migration, 'sql');
  return {
    name: file.replace(/\.sql$/, ''),
    path: `migrations/${file}`,
    checksum: '',
    up: { transaction: true, statements: [{ sql: migration.up.replace(/;$/, ''), line: 2 }] },
    down: null,
    asksDatabase: false,
  };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}
