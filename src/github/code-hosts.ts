import { z } from 'zod';
import type { Repository } from '../domain/repository.ts';
import type { CodeHost, CodeHosts } from '../ports/code-host.ts';
import { branchGuards } from './branch-guards.ts';
import { checks } from './checks.ts';
import { comments } from './comments.ts';
import { commits } from './commits.ts';
import {
  withinReach,
  type AppIdentity,
  type Connection,
  type HostOptions,
  type Octokit,
} from './connection.ts';
import { createObjectStore } from './object-store.ts';
import { contributorsOf } from './contributors.ts';
import { deployments } from './deployments.ts';
import { mergeQueues } from './merge-queues.ts';
import { people } from './people.ts';
import { pullRequests } from './pull-requests.ts';
import { pushedContributors } from './pushed-contributors.ts';
import { pushes } from './pushes.ts';
import { reverts } from './reverts.ts';
import { rulesets } from './rulesets.ts';
import { teams } from './teams.ts';
import { treeReader } from './trees.ts';

/** GitHub behind the ports. Repositories are known by id: a renamed one is found under its new name. */
export function createCodeHosts(options: HostOptions): CodeHosts {
  const asked: { identity?: AppIdentity } = {};
  const identity = async (): Promise<AppIdentity> => {
    asked.identity ??= await appIdentity(options);
    return asked.identity;
  };
  const installations = new Map<number, number>();
  const shared: Shared = { objects: createObjectStore(), ownComments: new Set(), identities: new Map() };
  const list = async (): Promise<readonly Repository[]> => {
    const found = await allRepositories(options);
    installations.clear();
    for (const { id, installationId } of found) installations.set(id, installationId);
    return found;
  };
  const within = async (
    repositoryId: number,
    installationId: number | undefined,
  ): Promise<CodeHost | null> => {
    if (installationId === undefined) return null;
    const app = await identity();
    const octokit = await options.octokitFor(installationId);
    const repository = await identify(octokit, repositoryId, installationId);
    if (repository === null) return null;
    shared.identities.set(repositoryId, { repository, askedAt: options.now().getTime() });
    return hostOf(octokit, repository, options, app, shared);
  };
  const forRepository = async (repositoryId: number): Promise<CodeHost | null> => {
    const known = installations.get(repositoryId);
    const host = await within(repositoryId, known);
    if (host !== null) return host;
    // Never seen, gone, suspended, or installed anew under another id.
    await list();
    const installed = installations.get(repositoryId);
    return installed === known ? null : within(repositoryId, installed);
  };
  return {
    appLogin: async () => (await identity()).login,
    repositories: list,
    forRepository,
    recently: async (repositoryId) => {
      const known = shared.identities.get(repositoryId);
      if (known === undefined || options.now().getTime() - known.askedAt > identityMs) {
        return forRepository(repositoryId);
      }
      const octokit = await options.octokitFor(known.repository.installationId);
      return hostOf(octokit, known.repository, options, await identity(), shared);
    },
  };
}

async function appIdentity({ octokitFor }: HostOptions): Promise<AppIdentity> {
  const octokit = await octokitFor(null);
  const { data } = await octokit.rest.apps.getAuthenticated();
  const { id, slug } = appSchema.parse(data);
  return { id, login: `${slug}[bot]` };
}

async function allRepositories({ octokitFor, log }: HostOptions): Promise<readonly Repository[]> {
  const asApp = await octokitFor(null);
  const installations = await asApp.paginate(asApp.rest.apps.listInstallations, { per_page: 100 });
  const found: Repository[] = [];
  for (const { id: installationId, suspended_at: suspendedAt } of installations) {
    if (suspendedAt !== null) {
      log.warn({ installationId }, 'an installation is suspended: its repositories are left alone');
      continue;
    }
    const octokit = await octokitFor(installationId);
    const listed = await withinReach(
      octokit.paginate(octokit.rest.apps.listReposAccessibleToInstallation, { per_page: 100 }),
    );
    found.push(...(listed ?? []).map((raw) => repositoryOf(raw, installationId)));
  }
  return found;
}

function hostOf(
  octokit: Octokit,
  repository: Repository,
  { now }: HostOptions,
  app: AppIdentity,
  { identities, ...shared }: Shared,
): CodeHost {
  const { id, owner, name: repo } = repository;
  const forget = (): void => void identities.delete(id);
  const own = { octokit, repository, owner, repo, app, now, tips: new Map(), forget };
  const connection: Connection = { ...own, ...shared };
  return {
    repository,
    ...treeReader(connection),
    ...commits(connection),
    ...pullRequests(connection),
    ...mergeQueues(connection),
    ...contributorsOf(connection),
    ...pushedContributors(connection),
    ...people(connection),
    ...teams(connection),
    ...branchGuards(connection),
    ...rulesets(connection),
    ...pushes(connection),
    ...checks(connection),
    ...comments(connection),
    ...deployments(connection),
    ...reverts(connection),
  };
}

/** What all connections of this process share. */
interface Shared extends Pick<Connection, 'objects' | 'ownComments'> {
  readonly identities: Map<number, { readonly repository: Repository; readonly askedAt: number }>;
}

/**
 * How long a repository is believed to be what it was: who asks for a pull request next is told whether its id, its
 * default branch and its archiving are still so, and has all of it asked anew where they are not.
 */
const identityMs = 60 * 60_000;

async function identify(
  octokit: Octokit,
  repositoryId: number,
  installationId: number,
): Promise<Repository | null> {
  const answer = await withinReach(octokit.request('GET /repositories/{id}', { id: repositoryId }));
  return answer === null ? null : repositoryOf(repositorySchema.parse(answer.data), installationId);
}

const appSchema = z.object({ id: z.number(), slug: z.string() });

// Octokit has no type for the route by id.
const repositorySchema = z.object({
  id: z.number(),
  name: z.string(),
  owner: z.object({ login: z.string() }),
  default_branch: z.string(),
  archived: z.boolean(),
});
type RawRepository = z.infer<typeof repositorySchema>;

function repositoryOf(raw: RawRepository, installationId: number): Repository {
  return {
    id: raw.id,
    owner: raw.owner.login,
    name: raw.name,
    defaultBranch: raw.default_branch,
    archived: raw.archived,
    installationId,
  };
}
