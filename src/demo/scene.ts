import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../ports/log.ts';
import type { Stack } from '../service/stack.ts';
import { registerPages } from './github/pages/register.ts';
import { startSimulatedGitHub, type SimulatedGitHub } from './github/server.ts';
import type { Repository } from './github/model.ts';
import { migrateByHand } from './migrate-by-hand.ts';
import { repositoryFile, serverFile } from './shop/configuration.ts';
import { earlierMigrations } from './shop/migrations.ts';
import { branchOf, databasesAt, environmentNames } from './story/databases.ts';
import type { Narrator } from './story/narrator.ts';
import { createTeam, shop, type Team } from './story/people.ts';
import type { Stage } from './story/stage.ts';
import { startTidegate } from './start-tidegate.ts';
import { startTargets } from './targets.ts';

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
  const urlOf = await startTargets(options);
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
  const databases = databasesAt(urlOf);
  for (const name of environmentNames) {
    await migrateByHand(earlierMigrations, databases.url(name), directory);
  }
  narrator.progress('starting Tidegate itself, as `tidegate start` does, with a shadow server of its own');
  const app = await startTidegate({ directory, stack, github, repository, team, urlOf });
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
    appLog: app.log,
    configPath: await fileForReading(directory, urlOf('control')),
    canary,
    migrateByHand: async (environment) =>
      migrateByHand(await filesOn(team, branchOf(environment)), databases.url(environment), directory),
    pause: () => sleep(options.pauseMs),
  };
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
  for (const login of ['ben', 'cleo', 'dan', 'eve']) github.setCollaborator(repository, login, 'write');
  github.setCollaborator(repository, 'rita', 'read');
  return repository;
}

/** The server's file for somebody who only reads what the service wrote down: no variable has to be set for it. */
async function fileForReading(directory: string, controlUrl: string): Promise<string> {
  const [path, secret] = [join(directory, 'reading.yml'), join(directory, 'control-url')];
  await writeFile(secret, controlUrl, { mode: 0o600 });
  await writeFile(path, serverFile.replace('env:CONTROL_URL', `file:${secret}`));
  return path;
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
