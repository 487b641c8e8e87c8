import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Stack } from '../service/stack.ts';
import { templatesDirectory } from '../service/templates-directory.ts';
import { startApp } from './app-process.ts';
import type { Repository } from './github/model.ts';
import type { SimulatedGitHub } from './github/server.ts';
import { serverFile } from './shop/configuration.ts';
import { environmentNames, type DatabaseName } from './story/databases.ts';
import { shop, type Team } from './story/people.ts';

interface Surroundings {
  readonly directory: string;
  readonly stack: Stack;
  readonly github: SimulatedGitHub;
  readonly repository: Repository;
  readonly team: Team;
  readonly urlOf: (name: DatabaseName) => string;
}

interface RunningApp {
  readonly url: string;
  readonly id: number;
  /** The file that it logs to. */
  readonly log: string;
}

const manifest = z.object({
  default_events: z.array(z.string()),
  default_permissions: z.record(z.string(), z.enum(['read', 'write'])),
});

/** Registers the App with what app.yml asks for, starts it, installs it and makes its checks required. */
export async function startTidegate(surroundings: Surroundings): Promise<RunningApp> {
  const { directory, stack, github, repository, team } = surroundings;
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
  const log = join(directory, 'tidegate.log');
  const child = await startApp(
    {
      ...(await settings(surroundings)),
      APP_ID: String(app.id),
      PRIVATE_KEY: pem,
      WEBHOOK_SECRET: secret,
    },
    log,
  );
  stack.opened('Tidegate', child, (open) => open.stop());
  github.setWebhookUrl(app, new URL('/api/github/webhooks', child.url).href);
  await requireChecks(team, app.id, 'qa', 'qa');
  await requireChecks(team, app.id, 'main', 'prod');
  return { url: child.url, id: app.id, log };
}

/** Its variables but for the App's credentials; the server's file names the databases by them. */
async function settings({ directory, github, urlOf }: Surroundings): Promise<Record<string, string>> {
  const configPath = join(directory, 'tidegate.yml');
  await writeFile(configPath, serverFile);
  const urls = environmentNames.map((name) => [`SHOP_${name.toUpperCase()}_URL`, urlOf(name)]);
  return {
    ...Object.fromEntries<string>(urls.map(([name = '', url = '']) => [name, url])),
    CONTROL_URL: urlOf('control'),
    GITHUB_API_URL: github.apiUrl,
    PORT: '0',
    LOG_LEVEL: 'info',
    TIDEGATE_CONFIG: configPath,
    TIDEGATE_DATA: join(directory, 'data'),
  };
}

async function requireChecks(team: Team, appId: number, branch: string, environment: string): Promise<void> {
  const contexts = ['plan', 'gate'].map((kind) => `tidegate / ${kind} (${environment})`);
  await team.ada.rest.repos.updateBranchProtection({
    ...shop,
    branch,
    required_status_checks: {
      strict: false,
      contexts: [],
      checks: contexts.map((context) => ({ context, app_id: appId })),
    },
    enforce_admins: true,
    required_pull_request_reviews: null,
    restrictions: null,
  });
}
