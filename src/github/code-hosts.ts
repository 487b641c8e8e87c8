import { z } from 'zod';
import type { Repository } from '../domain/repository.ts';
import type { CodeHost, CodeHosts } from '../ports/code-host.ts';
import { checks } from './checks.ts';
import { comments } from './comments.ts';
import { commits } from './commits.ts';
import { withinReach, type AppIdentity, type Connection, type HostOptions } from './connection.ts';
import { contributorsOf } from './contributors.ts';
import { deployments } from './deployments.ts';
import { people } from './people.ts';
import { pullRequests } from './pull-requests.ts';
import { reverts } from './reverts.ts';
import { treeReader } from './trees.ts';

/** GitHub behind the ports. Repositories are known by id: a renamed one is found under its new name. */
export function createCodeHosts(options: HostOptions): CodeHosts {
  const asked: { identity?: AppIdentity } = {};
  const identity = async (): Promise<AppIdentity> => {
    asked.identity ??= await appIdentity(options);
    return asked.identity;
  };
  const installations = new Map<number, number>();
  const list = async (): Promise<readonly Repository[]> => {
    const found = await allRepositories(options);
    installations.clear();
    for (const { id, installationId } of found) installations.set(id, installationId);
    return found;
  };
  const within = async (
    repositoryId: number,
    installationId: number | undefined,
  ): Promise<CodeHost | null> =>
    installationId === undefined ? null : hostFor(repositoryId, installationId, options, await identity());
  return {
    appLogin: async () => (await identity()).login,
    repositories: list,
    forRepository: async (repositoryId) => {
      const known = installations.get(repositoryId);
      const host = await within(repositoryId, known);
      if (host !== null) return host;
      // Never seen, gone, suspended, or installed anew under another id.
      await list();
      const installed = installations.get(repositoryId);
      return installed === known ? null : within(repositoryId, installed);
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

async function hostFor(
  repositoryId: number,
  installationId: number,
  { octokitFor }: HostOptions,
  app: AppIdentity,
): Promise<CodeHost | null> {
  const octokit = await octokitFor(installationId);
  const answer = await withinReach(octokit.request('GET /repositories/{id}', { id: repositoryId }));
  if (answer === null) return null;
  const repository = repositoryOf(repositorySchema.parse(answer.data), installationId);
  const connection: Connection = { octokit, repository, owner: repository.owner, repo: repository.name, app };
  return {
    repository,
    ...treeReader(connection),
    ...commits(connection),
    ...pullRequests(connection),
    ...contributorsOf(connection),
    ...people(connection),
    ...checks(connection),
    ...comments(connection),
    ...deployments(connection),
    ...reverts(connection),
  };
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
