import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Octokit } from '@octokit/rest';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Repository } from '../../src/demo/github/model.ts';
import { startSimulatedGitHub, type SimulatedGitHub } from '../../src/demo/github/server.ts';
import { migrateByHand } from '../../src/demo/migrate-by-hand.ts';
import { createLog } from '../../src/service/log.ts';
import { serviceSettings } from '../../src/service/settings.ts';
import { startService, type Service } from '../../src/service/start-service.ts';
import { createJudge } from './judge/judge.ts';
import { createWatch } from './judge/watch.ts';
import type pg from 'pg';
import { createDatabase, withClient, type TestDatabase } from './postgres.ts';
import { temporaryFolder } from '../../src/database/embedded/temporary-folder.ts';

// Compiling GitHub's description takes a second: one judge serves all worlds of a file.
const judge = createJudge();
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const PRIVATE_KEY = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
const WEBHOOK_SECRET = 'a secret of the tests';

export const SHOP = { owner: 'acme', repo: 'shop' } as const;

export interface WorldOptions {
  /** `.github/tidegate.yml`; null for a repository without one. */
  readonly repositoryFile: string | null;
  readonly environments: readonly string[];
  /** Environments whose database the server names at an address where nobody answers. */
  readonly unreachable?: readonly string[];
  /** Branches besides the default one. */
  readonly branches: readonly string[];
  /** By file name; committed at first, and applied by node-pg-migrate's CLI where `applied` says so. */
  readonly migrations?: Readonly<Record<string, string>>;
  readonly applied?: boolean;
  /** Other files of the repository, committed at first. */
  readonly files?: Readonly<Record<string, string>>;
  /**
   * What the service's clock shows at first, from where it goes on; the real time where it is not said. GitHub's clock
   * shows the real time: an earlier one keeps reviews after the plans that they are of.
   */
  readonly startsAt?: Date;
  /** GitHub's clock shows what the service's does, wherever that is set. */
  readonly sharesClock?: boolean;
  /** The server's floors by environment, as in its configuration. */
  readonly least?: Readonly<
    Record<string, { readonly approvals: number; readonly from?: readonly string[] }>
  >;
  /** Variables of the service's environment beside its usual ones. */
  readonly variables?: Readonly<Record<string, string>>;
  /** The service waits no longer than this between two tries at what a target does not answer. */
  readonly longestPauseMs?: number;
  /** What the App may do beside, or instead of, what app.yml asks for. */
  readonly permissions?: Readonly<Record<string, 'read' | 'write'>>;
}

/** The whole product on real parts: simulated GitHub, real PostgreSQL, the service over HTTP. */
export interface World {
  readonly github: SimulatedGitHub;
  readonly repository: Repository;
  readonly service: Service;
  readonly appId: number;
  /** The control database. */
  readonly control: TestDatabase;
  readonly targets: ReadonlyMap<string, TestDatabase>;
  readonly directory: string;
  /** The service's environment. */
  readonly variables: Readonly<Record<string, string>>;
  as(login: string): Octokit;
  /** Names in node-pg-migrate's table. */
  history(environment: string): Promise<readonly string[]>;
  query<T>(environment: string, sql: string): Promise<readonly T[]>;
  /** The server finds the environment's database at that address from now on. */
  pointTo(environment: string, url: string): void;
  /** What the service's clock shows. */
  time(): Date;
  /** Sets the service's clock. */
  setTime(now: Date): void;
  /** Does something and waits until the world is settled; what fails meanwhile is tried again without a pause. */
  withoutPauses(work: () => Promise<unknown>): Promise<void>;
  /** Waits until all webhooks have arrived and all that they asked for is done. */
  settled(): Promise<void>;
  /** Stops the service and starts it again, as after a crash or a new version. */
  restart(): Promise<void>;
  /** What GitHub's own description finds wrong in the simulated one's answers. */
  violations(): readonly string[];
  close(): Promise<void>;
}

const quiet = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/** Starts a world; `close` leaves nothing behind. */
export async function startWorld(options: WorldOptions): Promise<World> {
  const directory = await temporaryFolder('tidegate-world-');
  const watch = createWatch(judge);
  let aheadMs = options.startsAt === undefined ? 0 : options.startsAt.getTime() - Date.now();
  const github = await startSimulatedGitHub({
    directory: join(directory, 'github'),
    now: () => new Date(Date.now() + (options.sharesClock === true ? aheadMs : 0)),
    credentialsNow: () => new Date(),
    random: randomUUID,
    onAnswer: watch.onAnswer,
    onDelivery: watch.onDelivery,
  });
  const tokens = createPeople(github);
  const repository = await createShop(github, options);
  const control = await createDatabase('control');
  const targets = new Map<string, TestDatabase>();
  for (const name of options.environments) targets.set(name, await createDatabase(name));
  if (options.applied === true) {
    for (const { url } of targets.values()) await migrateByHand(options.migrations ?? {}, url, directory);
  }
  const app = await createApp(github, options.permissions);
  github.installApp(app, repository);
  const variables = {
    ...(await variablesFor(directory, github, app.id, control.url, addressesOf(targets, options), options)),
    ...options.variables,
  };
  const start = (): Promise<Service> =>
    startService({
      settings: serviceSettings(variables),
      variables,
      role: 'all',
      log: createLog(process.env['TIDEGATE_TEST_LOG'] ?? 'fatal', []),
      clock: () => new Date(Date.now() + aheadMs),
      wait: (milliseconds) => sleep(Math.min(milliseconds, options.longestPauseMs ?? milliseconds)),
      random: Math.random,
    });
  let service = await start();
  const listen = (): void => {
    github.setWebhookUrl(app, new URL('/api/github/webhooks', service.url ?? '').href);
  };
  listen();
  return {
    github,
    repository,
    get service() {
      return service;
    },
    appId: app.id,
    control,
    targets,
    directory,
    variables,
    as: (login) => new Octokit({ baseUrl: github.url, auth: tokens.get(login), log: quiet }),
    history: async (environment) => {
      const sql = 'SELECT name FROM public.pgmigrations ORDER BY run_on, id';
      return (await queryTarget<{ name: string }>(targets, environment, sql)).map(({ name }) => name);
    },
    query: (environment, sql) => queryTarget(targets, environment, sql),
    pointTo: (environment, url) => {
      variables[variableOf(environment)] = url;
    },
    withoutPauses: async (work) => {
      await withClient(control.url, (client) => client.query(noPauses));
      await work();
      await settle(github, () => service);
      await withClient(control.url, (client) => client.query('DROP FUNCTION pgboss.no_pause CASCADE'));
    },
    time: () => new Date(Date.now() + aheadMs),
    setTime: (now) => {
      aheadMs = now.getTime() - Date.now();
    },
    settled: () => settle(github, () => service),
    restart: async () => {
      await service.close();
      service = await start();
      listen();
    },
    violations: watch.violations,
    close: async () => {
      await service.close();
      await github.close();
      await Promise.all([control, ...targets.values()].map((database) => database.drop()));
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function nothing(): void {
  // Refusals are what many tests are about; Octokit's warnings of them are noise.
}

/** ada administers; wim, wanda and dan write, dan and dora are in @acme/dba; rita reads; sid is nobody here. */
function createPeople(github: SimulatedGitHub): ReadonlyMap<string, string> {
  const tokens = new Map<string, string>();
  for (const login of ['ada', 'wim', 'wanda', 'dan', 'dora', 'rita', 'sid']) {
    tokens.set(login, github.createUser(login, { name: login, email: `${login}@acme.example` }).token);
  }
  github.createOrganisation('acme', ['ada']);
  for (const login of ['dan', 'dora']) github.addMember('acme', login);
  github.createTeam('acme', 'dba', ['dan', 'dora']);
  return tokens;
}

async function createShop(github: SimulatedGitHub, options: WorldOptions): Promise<Repository> {
  const migrations = Object.entries(options.migrations ?? {});
  const repository = await github.createRepository({
    owner: SHOP.owner,
    name: SHOP.repo,
    files: {
      'README.md': '# Shop\n',
      ...(options.repositoryFile === null ? {} : { '.github/tidegate.yml': options.repositoryFile }),
      ...options.files,
      ...Object.fromEntries(migrations.map(([name, text]) => [`migrations/${name}`, text])),
    },
    branches: options.branches,
  });
  github.setCollaborator(repository, 'ada', 'admin');
  for (const login of ['wim', 'wanda', 'dan', 'dora']) github.setCollaborator(repository, login, 'write');
  github.setCollaborator(repository, 'rita', 'read');
  return repository;
}

const manifest = z.object({
  default_events: z.array(z.string()),
  default_permissions: z.record(z.string(), z.enum(['read', 'write'])),
});

async function createApp(github: SimulatedGitHub, more: WorldOptions['permissions'] = {}) {
  const path = new URL('../../app.yml', import.meta.url);
  const asked = manifest.parse(parse(await readFile(path, 'utf8')));
  return github.createApp({
    slug: 'tidegate',
    owner: 'acme',
    permissions: { ...asked.default_permissions, ...more },
    events: asked.default_events,
    privateKey: PRIVATE_KEY,
    webhookSecret: WEBHOOK_SECRET,
  });
}

/** The targets' addresses; on port 1 of this machine nobody listens. */
function addressesOf(
  targets: ReadonlyMap<string, TestDatabase>,
  { unreachable = [] }: WorldOptions,
): ReadonlyMap<string, string> {
  return new Map([
    ...[...targets].map(([name, { url }]) => [name, url] as const),
    ...unreachable.map((name) => [name, `postgres://tidegate:hush@127.0.0.1:1/${name}`] as const),
  ]);
}

async function variablesFor(
  directory: string,
  github: SimulatedGitHub,
  appId: number,
  controlUrl: string,
  addresses: ReadonlyMap<string, string>,
  { least = {} }: WorldOptions,
): Promise<Record<string, string>> {
  const databases = [...addresses.keys()].map((name) => ({
    repository: 'acme/shop',
    environment: name,
    url: `env:${variableOf(name)}`,
    least: least[name],
  }));
  const configPath = join(directory, 'tidegate.yml');
  // Each merge makes another baseline: hardly a copy would be asked for again. The demo keeps the usual ones ready.
  const shadow = { spares: 0 };
  await writeFile(configPath, JSON.stringify({ databases, shadow, control: { url: 'env:URL_OF_CONTROL' } }));
  return {
    ...Object.fromEntries([...addresses].map(([name, url]) => [variableOf(name), url])),
    URL_OF_CONTROL: controlUrl,
    APP_ID: String(appId),
    PRIVATE_KEY,
    WEBHOOK_SECRET,
    GITHUB_API_URL: github.apiUrl,
    PORT: '0',
    TIDEGATE_CONFIG: configPath,
    TIDEGATE_DATA: join(directory, 'data'),
  };
}

function variableOf(environment: string): string {
  return `URL_${environment.toUpperCase()}`;
}

/** The notice is pg-boss's own; without it a worker would look again within five seconds. */
const noPauses = `
  CREATE FUNCTION pgboss.no_pause() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    NEW.start_after := now();
    PERFORM pg_notify('pgboss_' || left(encode(sha224('pgboss'), 'hex'), 24), NEW.name);
    RETURN NEW;
  END $$;
  CREATE TRIGGER no_pause BEFORE INSERT ON pgboss.job
    FOR EACH ROW WHEN (NEW.state = 'retry') EXECUTE FUNCTION pgboss.no_pause()`;

async function queryTarget<T>(
  targets: ReadonlyMap<string, TestDatabase>,
  environment: string,
  sql: string,
): Promise<readonly T[]> {
  const target = targets.get(environment);
  if (target === undefined) throw new Error(`there is no environment ${environment} in this world`);
  return withClient(target.url, async (client) => (await client.query<T & pg.QueryResultRow>(sql)).rows);
}

/** Quiet twice in a row: a job that ends may have queued another, or told GitHub something that comes back. */
async function settle(github: SimulatedGitHub, service: () => Service): Promise<void> {
  const until = performance.now() + 60_000;
  for (let quietRounds = 0; quietRounds < 2;) {
    await github.hooks.idle();
    quietRounds = (await service().unfinished()) === 0 ? quietRounds + 1 : 0;
    if (performance.now() > until) throw new Error('the service did not come to rest within a minute');
    await sleep(20);
  }
}
