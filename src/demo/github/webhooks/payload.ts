import type { App, Installation } from '../model.ts';
import { allows } from '../operations/apps.ts';
import { presentAccount, presentOrganisation } from '../presenters/account.ts';
import { presentRepository } from '../presenters/repository.ts';
import { accountById, nodeId, type HookEvent, type World } from '../world.ts';

/** The permission that an App needs to be told of an event. */
const PERMISSION: Readonly<Record<string, string>> = {
  push: 'contents',
  create: 'contents',
  delete: 'contents',
  pull_request: 'pull_requests',
  pull_request_review: 'pull_requests',
  check_run: 'checks',
  check_suite: 'checks',
  deployment: 'deployments',
  deployment_status: 'deployments',
  member: 'members',
  membership: 'members',
  organization: 'members',
  team: 'members',
  branch_protection_rule: 'administration',
  merge_group: 'merge_queues',
  repository: 'metadata',
};

/** Events that come without being subscribed to. */
const ALWAYS = ['installation', 'installation_repositories', 'ping'];

export interface Addressee {
  readonly app: App;
  readonly installation: Installation;
}

/** The installations that an event goes to. */
export function addresseesOf(world: World, event: HookEvent): Addressee[] {
  const found: Addressee[] = [];
  for (const installation of world.store.installations.values()) {
    const app = world.store.apps.get(installation.appId);
    if (app === undefined || (event.onlyApp !== undefined && event.onlyApp !== app)) continue;
    if (covers(installation, event) && listens(app, installation, event)) found.push({ app, installation });
  }
  return found;
}

function covers(installation: Installation, event: HookEvent): boolean {
  // An App learns of its own suspension, and of nothing after it.
  if (installation.suspendedAt !== null && event.event !== 'installation') return false;
  if (event.repository !== null) return installation.repositoryIds.has(event.repository.id);
  return installation.accountId === event.organisation?.id;
}

function listens(app: App, installation: Installation, event: HookEvent): boolean {
  if (ALWAYS.includes(event.event)) return true;
  // Checks are asked for again of every App that may write them, subscribed or not.
  if (event.onlyApp !== undefined) return allows(installation.permissions, 'checks', 'write');
  if (!app.events.includes(event.event)) return false;
  if (event.event === 'issue_comment' || event.event === 'issues')
    return (
      allows(installation.permissions, 'issues', 'read') ||
      (event.event === 'issue_comment' && allows(installation.permissions, 'pull_requests', 'read'))
    );
  return allows(installation.permissions, PERMISSION[event.event] ?? 'metadata', 'read');
}

/** The whole payload for one installation. */
export function payloadFor(world: World, event: HookEvent, to: Addressee): Record<string, unknown> {
  const { id } = to.installation;
  return {
    ...(event.action === undefined ? {} : { action: event.action }),
    ...surroundings(world, event),
    installation: { id, node_id: nodeId('IntegrationInstallation', id) },
    ...event.body,
  };
}

function surroundings(world: World, event: HookEvent): Record<string, unknown> {
  const sender = presentAccount(world, event.sender);
  if (event.repository === null) return { sender };
  const owner = accountById(world, event.repository.ownerId);
  const repository = repositoryFor(world, event);
  const organization =
    owner.type === 'Organization' ? { organization: presentOrganisation(world, owner) } : {};
  return { repository, ...organization, sender };
}

/** Pushes carry the repository's times as seconds, and its owner with a name. */
function repositoryFor(world: World, event: HookEvent): unknown {
  if (event.repository === null) return null;
  const shown = presentRepository(world, event.repository);
  if (event.event !== 'push') return shown;
  const owner = accountById(world, event.repository.ownerId);
  const organization = owner.type === 'Organization' ? { organization: owner.login } : {};
  return {
    ...shown,
    owner: { ...shown.owner, name: owner.login, email: owner.email },
    created_at: seconds(shown.created_at),
    pushed_at: seconds(shown.pushed_at),
    stargazers: 0,
    master_branch: shown.default_branch,
    url: shown.html_url,
    ...organization,
  };
}

function seconds(time: string): number {
  return Math.floor(Date.parse(time) / 1000);
}
