import { createAppAuth } from '@octokit/auth-app';
import { Octokit } from '@octokit/rest';
import { generateKeyPairSync } from 'node:crypto';
import type { Repository } from '../../src/demo/github/model.ts';
import { SHOP, type World } from './world.ts';

type Files = Readonly<Record<string, string | null>>;

/** A fork of acme/shop, with pull requests from it. */
export interface Fork {
  readonly repository: Repository;
  /** Pushes to a branch of the fork, made from its `main` where it is new; returns the commit. */
  push(branch: string, files: Files): Promise<string>;
  /** Opens a pull request of one commit into acme/shop. */
  open(branch: string, files: Files, base?: string): Promise<number>;
}

/** Forks acme/shop into somebody's account. */
export async function forkOf(world: World, login: string): Promise<Fork> {
  const { data } = await world.as(login).rest.repos.createFork(SHOP);
  const repository = world.github.store.repositories.get(data.id);
  if (repository === undefined) throw new Error('the fork is not there');
  const push: Fork['push'] = (branch, files) =>
    world.github.commitFiles(repository, {
      branch,
      files,
      message: `Change ${Object.keys(files).join(', ')}`,
      author: { login },
      from: 'main',
    });
  return {
    repository,
    push,
    open: async (branch, files, base = 'main') => {
      await push(branch, files);
      const head = `${login}:${branch}`;
      const { data: pull } = await world
        .as(login)
        .rest.pulls.create({ ...SHOP, head, base, title: `From a fork: ${branch}` });
      return pull.number;
    },
  };
}

/** Another App on acme/shop, as its installation: what it does is by a bot. */
export function otherApp(world: World, slug: string): Octokit {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
  const app = world.github.createApp({
    slug,
    owner: 'acme',
    permissions: {
      contents: 'write',
      pull_requests: 'write',
      issues: 'write',
      checks: 'write',
      statuses: 'write',
    },
    events: [],
    privateKey: pem,
    webhookSecret: 'its own',
  });
  const { id } = world.github.installApp(app, world.repository);
  const auth = { appId: app.id, privateKey: pem, installationId: id };
  return new Octokit({ baseUrl: world.github.apiUrl, authStrategy: createAppAuth, auth });
}

/** GitHub gives times in whole seconds: waits until a later comment has a later time than all that is past. */
export async function nextSecond(): Promise<void> {
  const began = Math.floor(Date.now() / 1000);
  while (Math.floor(Date.now() / 1000) === began) await new Promise((resolve) => setImmediate(resolve));
}
