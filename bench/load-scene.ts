import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import { chmod, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Octokit } from '@octokit/rest';
import { parse } from 'yaml';
import { z } from 'zod';
import { startApp } from '../src/demo/app-process.ts';
import type { Repository } from '../src/demo/github/model.ts';
import {
  startSimulatedGitHub,
  type ObservedAnswer,
  type SimulatedGitHub,
} from '../src/demo/github/server.ts';
import { migrateByHand } from '../src/demo/migrate-by-hand.ts';
import { fileName, history, sqlFile } from './histories.ts';
import type { Scene } from './scene.ts';

export const shop = { owner: 'acme', repo: 'shop' } as const;

/** The service as it runs, in a process of its own, and a simulated GitHub in ours. */
export interface LoadScene {
  readonly github: SimulatedGitHub;
  readonly repository: Repository;
  /** As somebody who may write. */
  readonly octokit: Octokit;
  /** Of the service. */
  readonly pid: number;
}

const manifest = z.object({
  default_events: z.array(z.string()),
  default_permissions: z.record(z.string(), z.enum(['read', 'write'])),
});

const repositoryFile = 'version: 1\nenvironments:\n  dev: { branch: main, protected: false }\n';

/** Starts both on a repository and a database with a history of this length. The stack closes them. */
export async function openLoadScene(
  scene: Scene,
  size: number,
  onAnswer: (answer: ObservedAnswer) => void,
): Promise<LoadScene> {
  const { server, stack } = scene;
  const directory = await mkdtemp(join(scene.directory, 'load-'));
  // The service's children run as other users.
  await chmod(directory, 0o711);
  const github = await startSimulatedGitHub({
    directory: join(directory, 'github'),
    now: () => new Date(),
    random: randomUUID,
    onAnswer,
  });
  stack.opened('simulated GitHub', github, (open) => open.close());
  const { token } = github.createUser('ada', { name: 'Ada', email: 'ada@acme.example' });
  github.createOrganisation(shop.owner, ['ada']);
  const files = Object.fromEntries(
    history(size).map((one) => [`migrations/${fileName(one, 'sql')}`, sqlFile(one)]),
  );
  const repository = await github.createRepository({
    owner: shop.owner,
    name: shop.repo,
    files: { '.github/tidegate.yml': repositoryFile, ...files },
  });
  github.setCollaborator(repository, 'ada', 'write');
  const target = server.url(await server.createDatabase());
  await migrateByHand(files, target, directory);
  const pid = await startTidegate(scene, { github, repository, directory, target });
  return { github, repository, pid, octokit: new Octokit({ baseUrl: github.url, auth: token }) };
}

interface Parts {
  readonly github: SimulatedGitHub;
  readonly repository: Repository;
  readonly directory: string;
  /** The URL of its one environment's database. */
  readonly target: string;
}

async function startTidegate({ server, stack }: Scene, parts: Parts): Promise<number> {
  const { github, repository, directory, target } = parts;
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
  const webhookSecret = randomBytes(20).toString('hex');
  const asked = manifest.parse(parse(await readFile(new URL('../app.yml', import.meta.url), 'utf8')));
  const app = github.createApp({
    slug: 'tidegate',
    owner: shop.owner,
    permissions: asked.default_permissions,
    events: asked.default_events,
    privateKey: pem,
    webhookSecret,
  });
  github.installApp(app, repository);
  const configPath = join(directory, 'tidegate.yml');
  const databases = [{ repository: `${shop.owner}/${shop.repo}`, environment: 'dev', url: 'env:TARGET_URL' }];
  await writeFile(configPath, JSON.stringify({ databases, control: { url: 'env:CONTROL_URL' } }));
  const child = await startApp(
    {
      TARGET_URL: target,
      CONTROL_URL: server.url(await server.createDatabase()),
      APP_ID: String(app.id),
      PRIVATE_KEY: pem,
      WEBHOOK_SECRET: webhookSecret,
      GITHUB_API_URL: github.apiUrl,
      PORT: '0',
      LOG_LEVEL: 'warn',
      TIDEGATE_CONFIG: configPath,
      TIDEGATE_DATA: join(directory, 'data'),
    },
    join(directory, 'tidegate.log'),
  );
  stack.opened('Tidegate', child, (open) => open.stop());
  github.setWebhookUrl(app, new URL('/api/github/webhooks', child.url).href);
  if (child.pid === undefined) throw new Error('Tidegate listens, but its process has no number');
  return child.pid;
}
