import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { parse } from 'yaml';
import { z } from 'zod';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../database/embedded/embedded-postgres.ts';
import type { Log } from '../ports/log.ts';
import type { Stack } from '../service/stack.ts';
import { templatesDirectory } from '../service/templates-directory.ts';
import { startApp } from './app-process.ts';
import { registerPages } from './github/pages/register.ts';
import { startSimulatedGitHub, type SimulatedGitHub } from './github/server.ts';
import type { Repository } from './github/model.ts';
import { migrateByHand } from './migrate-by-hand.ts';
import { repositoryFile, serverFile } from './shop/configuration.ts';
import { earlierMigrations } from './shop/migrations.ts';
import { databasesAt, environmentNames, type EnvironmentName } from './story/databases.ts';
import type { Narrator } from './story/narrator.ts';
import { createTeam, shop, type Team } from './story/people.ts';
import type { Stage } from './story/stage.ts';

export interface SceneOptions {
  /** A folder of the demo's own, removed by its owner. */
  readonly directory: string;
  readonly narrator: Narrator;
  readonly log: Log;
  readonly stack: Stack;
  /** How long the story waits between steps, in milliseconds. */
  readonly pauseMs: number;
}

/** Starts all that the story is played on: PostgreSQL, the simulated GitHub, and the app. */
export async function setScene(options: SceneOptions): Promise<Stage> {
  const { directory, narrator, stack } = options;
  narrator.progress('starting PostgreSQL 18 with the databases dev, qa, prod and control');
  const server = await startTargets(options);
  narrator.progress('starting a simulated GitHub over real git');
  const github = await startSimulatedGitHub({
    directory: join(directory, 'github'),
    now: () => new Date(),
    random: randomUUID,
    pages: registerPages,
  });
  stack.opened('simulated GitHub', github, (open) => open.close());
  const team = createTeam(github);
  const repository = await seedShop(github);
  narrator.progress('running 20 migrations on all three by node-pg-migrate’s own CLI');
  const databases = databasesAt((name) => server.superuserUrl(name));
  for (const name of environmentNames) {
    await migrateByHand(earlierMigrations, databases.url(name), directory);
  }
  narrator.progress('starting Tidegate itself, as `tidegate start` does, with a shadow server of its own');
  const app = await startTidegate(options, github, repository, server, team);
  const canary = { path: join(directory, 'canary'), content: 'sings\n' };
  await writeFile(canary.path, canary.content, { mode: 0o666 });
  return {
    github,
    repository,
    team,
    databases,
    narrator,
    appUrl: app.url,
    appId: app.id,
    appLog: join(directory, appLogName),
    configPath: await fileForReading(directory, server.superuserUrl('control')),
    canary,
    migrateByHand: async (environment) =>
      migrateByHand(await filesOn(team, branchOf(environment)), databases.url(environment), directory),
    pause: () => sleep(options.pauseMs),
  };
}

async function startTargets({ directory, log, stack }: SceneOptions): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ directory: join(directory, 'targets'), durable: false, log });
  stack.opened('the targets’ PostgreSQL', server, (open) => open.stop());
  const client = new Client({ connectionString: server.superuserUrl('postgres') });
  await client.connect();
  for (const name of [...environmentNames, 'control']) await client.query(`CREATE DATABASE ${name}`);
  await client.end();
  return server;
}

async function seedShop(github: SimulatedGitHub): Promise<Repository> {
  const migrations = Object.entries(earlierMigrations).map(([name, text]) => [`migrations/${name}`, text]);
  const repository = await github.createRepository({
    owner: shop.owner,
    name: shop.repo,
    defaultBranch: 'main',
    files: {
      'README.md': '# Shop\n',
      '.github/tidegate.yml': repositoryFile,
      ...Object.fromEntries<string>(migrations.map(([path = '', text = '']) => [path, text])),
    },
    branches: ['dev', 'qa'],
  });
  github.setCollaborator(repository, 'ada', 'admin');
  for (const login of ['ben', 'cleo', 'dan']) github.setCollaborator(repository, login, 'write');
  github.setCollaborator(repository, 'rita', 'read');
  return repository;
}

const appLogName = 'tidegate.log';

const manifest = z.object({
  default_events: z.array(z.string()),
  default_permissions: z.record(z.string(), z.enum(['read', 'write'])),
});

/** Registers the App with what app.yml asks for, starts it, installs it and makes its checks required. */
async function startTidegate(
  { directory, stack }: SceneOptions,
  github: SimulatedGitHub,
  repository: Repository,
  server: EmbeddedPostgres,
  team: Team,
): Promise<{ readonly url: string; readonly id: number }> {
  const asked = manifest.parse(parse(await readFile(join(templatesDirectory, '..', 'app.yml'), 'utf8')));
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
  const secret = randomBytes(20).toString('hex');
  const app = github.createApp({
    slug: 'tidegate',
    owner: 'acme',
    permissions: asked.default_permissions,
    events: asked.default_events,
    privateKey: pem,
    webhookSecret: secret,
  });
  github.installApp(app, repository);
  const configPath = join(directory, 'tidegate.yml');
  await writeFile(configPath, serverFile);
  const urls = Object.fromEntries(
    environmentNames.map((name) => [`SHOP_${name.toUpperCase()}_URL`, server.superuserUrl(name)]),
  );
  const child = await startApp(
    {
      ...urls,
      CONTROL_URL: server.superuserUrl('control'),
      APP_ID: String(app.id),
      PRIVATE_KEY: pem,
      WEBHOOK_SECRET: secret,
      GITHUB_API_URL: github.apiUrl,
      PORT: '0',
      LOG_LEVEL: 'info',
      TIDEGATE_CONFIG: configPath,
      TIDEGATE_DATA: join(directory, 'data'),
    },
    join(directory, appLogName),
  );
  stack.opened('Tidegate', child, (open) => open.stop());
  github.setWebhookUrl(app, new URL('/api/github/webhooks', child.url).href);
  await requireChecks(team, app.id);
  return { url: child.url, id: app.id };
}

/** The server's file for somebody who only reads what the service wrote down: no variable has to be set for it. */
async function fileForReading(directory: string, controlUrl: string): Promise<string> {
  const [path, secret] = [join(directory, 'reading.yml'), join(directory, 'control-url')];
  await writeFile(secret, controlUrl, { mode: 0o600 });
  await writeFile(path, serverFile.replace('env:CONTROL_URL', `file:${secret}`));
  return path;
}

async function requireChecks(team: Team, appId: number): Promise<void> {
  await team.ada.rest.repos.updateBranchProtection({
    ...shop,
    branch: 'main',
    required_status_checks: {
      strict: false,
      contexts: [],
      checks: ['plan', 'gate'].map((kind) => ({ context: `tidegate / ${kind} (prod)`, app_id: appId })),
    },
    enforce_admins: true,
    required_pull_request_reviews: null,
    restrictions: null,
  });
}

function branchOf(environment: EnvironmentName): string {
  return environment === 'prod' ? 'main' : environment;
}

async function filesOn(team: Team, branch: string): Promise<Record<string, string>> {
  const { data } = await team.ada.rest.repos.getContent({ ...shop, path: 'migrations', ref: branch });
  const files: Record<string, string> = {};
  for (const entry of Array.isArray(data) ? data : []) {
    const { data: blob } = await team.ada.rest.git.getBlob({ ...shop, file_sha: entry.sha });
    files[entry.name] = Buffer.from(blob.content, 'base64').toString('utf8');
  }
  return files;
}
