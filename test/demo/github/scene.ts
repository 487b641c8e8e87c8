import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAppAuth } from '@octokit/auth-app';
import { Octokit } from '@octokit/rest';
import { expect, onTestFinished } from 'vitest';
import { z } from 'zod';
import type { App, Installation, Permissions, Repository } from '../../../src/demo/github/model.ts';
import {
  startSimulatedGitHub,
  type SimulatedGitHub,
  type SimulatedGitHubOptions,
} from '../../../src/demo/github/server.ts';
import { createJudge } from '../../support/judge/judge.ts';
import { createWatch } from '../../support/judge/watch.ts';

// Compiling GitHub's description takes a second: one judge serves all tests of a file.
const judge = createJudge();

export interface ReceivedHook {
  readonly event: string;
  readonly guid: string;
  readonly signature: string;
  readonly raw: string;
  readonly payload: Record<string, unknown>;
}

export interface Scene {
  readonly github: SimulatedGitHub;
  readonly repository: Repository;
  readonly app: App;
  readonly installation: Installation;
  readonly received: ReceivedHook[];
  readonly violations: () => readonly string[];
  /** The API as one of the people. */
  as: (login: string) => Octokit;
  /** The API as the App, or as its installation. */
  asApp: () => Octokit;
  asInstallation: (scope?: { permissions?: Permissions; repositories?: string[] }) => Promise<Octokit>;
  /** The receiver's next answers. */
  answer: (status: number) => void;
  readonly privateKey: string;
}

const Payload = z.record(z.string(), z.unknown());

export const WEBHOOK_SECRET = 'a secret of the scene';
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const PRIVATE_KEY = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();

export interface SceneOptions extends Partial<SimulatedGitHubOptions> {
  /** The App is told of merge groups too; GitHub's description of some webhooks knows no such App. */
  readonly hearsQueues?: boolean;
}

export const HERE = { owner: 'acme', repo: 'shop' } as const;

/**
 * `acme/shop` with `README.md`, the branches main and dev; ada administers, wim and wanda write, rita reads, and an
 * App listens to everything.
 */
export async function scene({ hearsQueues = false, ...options }: SceneOptions = {}): Promise<Scene> {
  const directory = await mkdtemp(join(tmpdir(), 'simulated-github-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const watch = createWatch(judge);
  const { onAnswer, onDelivery } = watch;
  const github = await startSimulatedGitHub({
    directory,
    now: () => new Date(),
    random: randomUUID,
    onAnswer,
    onDelivery,
    ...options,
  });
  onTestFinished(async () => {
    await github.close();
    expect(watch.violations()).toEqual([]);
  });
  const tokens = new Map<string, string>();
  for (const login of ['ada', 'wim', 'wanda', 'rita', 'sid'])
    tokens.set(login, github.createUser(login, { name: login, email: `${login}@example.com` }).token);
  github.createOrganisation('acme', ['ada']);
  const repository = await github.createRepository({
    owner: 'acme',
    name: 'shop',
    files: { 'README.md': '# Shop\n' },
    branches: ['dev'],
  });
  github.setCollaborator(repository, 'wim', 'write');
  github.setCollaborator(repository, 'wanda', 'maintain');
  github.setCollaborator(repository, 'rita', 'read');
  const { received, url, answer } = await receiver();
  const app = github.createApp({
    slug: 'tide',
    owner: 'acme',
    permissions: {
      contents: 'write',
      pull_requests: 'write',
      issues: 'write',
      checks: 'write',
      statuses: 'write',
      deployments: 'write',
      members: 'read',
      administration: 'read',
      ...(hearsQueues ? { merge_queues: 'read' as const } : {}),
    },
    events: [
      'push',
      'create',
      'delete',
      'pull_request',
      'pull_request_review',
      'issue_comment',
      'issues',
      'check_run',
      'check_suite',
      'deployment',
      'deployment_status',
      'membership',
      'branch_protection_rule',
      'repository',
      ...(hearsQueues ? ['merge_group'] : []),
    ],
    privateKey: PRIVATE_KEY,
    webhookSecret: WEBHOOK_SECRET,
  });
  github.setWebhookUrl(app, url);
  const installation = github.installApp(app, repository);
  const asApp = (): Octokit =>
    new Octokit({
      baseUrl: github.apiUrl,
      authStrategy: createAppAuth,
      auth: { appId: app.id, privateKey: PRIVATE_KEY },
      log: SILENT,
    });
  return {
    github,
    repository,
    app,
    installation,
    received,
    violations: watch.violations,
    privateKey: PRIVATE_KEY,
    as: (login) => new Octokit({ baseUrl: github.url, auth: tokens.get(login), log: SILENT }),
    asApp,
    asInstallation: async (scope = {}) => {
      const { data } = await asApp().rest.apps.createInstallationAccessToken({
        installation_id: installation.id,
        ...scope,
      });
      return new Octokit({ baseUrl: github.apiUrl, auth: data.token, log: SILENT });
    },
    answer,
  };
}

const quiet = (): void => undefined;
export const SILENT = { debug: quiet, info: quiet, warn: quiet, error: quiet };

async function receiver(): Promise<{
  received: ReceivedHook[];
  url: string;
  answer: (status: number) => void;
}> {
  const received: ReceivedHook[] = [];
  let status = 202;
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const raw = Buffer.concat(parts).toString('utf8');
      const header = (name: string): string => String(request.headers[name] ?? '');
      received.push({
        event: header('x-github-event'),
        guid: header('x-github-delivery'),
        signature: header('x-hub-signature-256'),
        raw,
        payload: Payload.parse(JSON.parse(raw)),
      });
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the receiver has no port');
  const { port } = address;
  return { received, url: `http://127.0.0.1:${port}/hooks`, answer: (next) => (status = next) };
}

/** What somebody does on a branch of its own: one file, one commit, one pull request. */
export async function openedPull(
  at: Scene,
  change: { branch: string; base?: string; files: Record<string, string | null>; by?: string },
): Promise<{ number: number; sha: string; nodeId: string }> {
  const { branch, base = 'main', files, by = 'wim' } = change;
  const sha = await at.github.commitFiles(at.repository, {
    branch,
    files,
    message: `Work on ${branch}`,
    author: { login: by },
    from: base,
  });
  const { data } = await at
    .as(by)
    .rest.pulls.create({ ...HERE, title: `Pull ${branch}`, head: branch, base });
  return { number: data.number, sha, nodeId: data.node_id };
}

/** A ruleset on the default branch with these rules; whoever is named may pass it by. */
export function ruleset(rules: Rules, actors: BypassActors = []) {
  const conditions = { ref_name: { include: ['~DEFAULT_BRANCH'], exclude: [] } };
  return { ...HERE, name: 'main', enforcement: 'active' as const, conditions, rules, bypass_actors: actors };
}

type Asked = NonNullable<Parameters<Octokit['rest']['repos']['createRepoRuleset']>[0]>;
type Rules = NonNullable<Asked['rules']>;
type BypassActors = NonNullable<Asked['bypass_actors']>;

/** The text of a file on a branch. */
export async function textOf(at: Scene, path: string, ref: string): Promise<string> {
  const { data } = await at.as('ada').rest.repos.getContent({ ...HERE, path, ref });
  if (Array.isArray(data) || data.type !== 'file' || !('content' in data))
    throw new Error(`${path} is no file`);
  return Buffer.from(data.content, 'base64').toString('utf8');
}
