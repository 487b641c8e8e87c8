import { ApiError, invalid } from '../errors.ts';
import type {
  Access,
  Account,
  Actor,
  App,
  Installation,
  InstallationToken,
  Permissions,
  Repository,
} from '../model.ts';
import { presentInstallation } from '../presenters/app.ts';
import { presentRepositoryName } from '../presenters/repository.ts';
import { accountById, nodeId, repositoryById, timestamp, type World } from '../world.ts';
import { createAccount } from './accounts.ts';

export interface NewApp {
  readonly slug: string;
  readonly name?: string;
  readonly owner: Account;
  readonly permissions: Permissions;
  readonly events: readonly string[];
  /** PEM. */
  readonly publicKey: string;
  readonly webhookUrl?: string | null;
  readonly webhookSecret: string;
  readonly externalUrl?: string;
}

/** Registers an App, with its bot. Its webhook address may be set later. */
export function createApp(world: World, wanted: NewApp): App {
  const id = world.nextId();
  const bot = createAccount(world, 'Bot', `${wanted.slug}[bot]`);
  const app: App = {
    id,
    nodeId: nodeId('Integration', id),
    slug: wanted.slug,
    name: wanted.name ?? wanted.slug,
    ownerId: wanted.owner.id,
    botId: bot.id,
    clientId: `Iv1.${id.toString(16).padStart(16, '0')}`,
    clientSecret: world.random().replaceAll('-', ''),
    permissions: { metadata: 'read', ...wanted.permissions },
    events: wanted.events,
    publicKey: wanted.publicKey,
    webhookUrl: wanted.webhookUrl ?? null,
    webhookSecret: wanted.webhookSecret,
    externalUrl: wanted.externalUrl ?? world.url,
    createdAt: timestamp(world),
  };
  world.store.apps.set(id, app);
  return app;
}

function botOf(world: World, app: App): Account {
  return accountById(world, app.botId);
}

/** The App acting for itself. */
export function appActor(world: World, app: App): Actor {
  return { account: botOf(world, app), app };
}

export function installationsOf(world: World, app: App): Installation[] {
  return [...world.store.installations.values()].filter((one) => one.appId === app.id);
}

/** Installs an App on a repository, into the installation of that account where there is one. */
export function installApp(world: World, app: App, repository: Repository, by: Actor): Installation {
  const owner = accountById(world, repository.ownerId);
  const existing = installationsOf(world, app).find((one) => one.accountId === owner.id);
  if (existing === undefined) return addInstallation(world, app, owner, repository, by);
  if (existing.repositoryIds.has(repository.id)) return existing;
  existing.repositoryIds.add(repository.id);
  tellRepositories(world, existing, app, 'added', repository, by);
  return existing;
}

function addInstallation(world: World, app: App, owner: Account, repository: Repository, by: Actor) {
  const id = world.nextId();
  const at = timestamp(world);
  const installation: Installation = {
    id,
    appId: app.id,
    accountId: owner.id,
    repositorySelection: 'selected',
    repositoryIds: new Set([repository.id]),
    permissions: app.permissions,
    suspendedAt: null,
    createdAt: at,
    updatedAt: at,
  };
  world.store.installations.set(id, installation);
  tellInstallation(world, installation, app, 'created', by);
  return installation;
}

function tellInstallation(world: World, one: Installation, app: App, action: string, by: Actor): void {
  const repositories = [...one.repositoryIds].map((id) => repositoryById(world, id));
  const named = repositories.map((repository) => presentRepositoryName(world, repository));
  const created = action === 'created' ? { requester: null } : {};
  world.emit({
    event: 'installation',
    action,
    repository: null,
    organisation: accountById(world, one.accountId),
    sender: by.account,
    onlyApp: app,
    body: { installation: presentInstallation(world, one, app), repositories: named, ...created },
  });
}

function tellRepositories(
  world: World,
  installation: Installation,
  app: App,
  action: 'added' | 'removed',
  repository: Repository,
  by: Actor,
): void {
  const named = [presentRepositoryName(world, repository)];
  world.emit({
    event: 'installation_repositories',
    action,
    repository: null,
    organisation: accountById(world, installation.accountId),
    sender: by.account,
    onlyApp: app,
    body: {
      installation: presentInstallation(world, installation, app),
      repository_selection: installation.repositorySelection,
      repositories_added: action === 'added' ? named : [],
      repositories_removed: action === 'removed' ? named.map(({ node_id: _node, ...rest }) => rest) : [],
      requester: null,
    },
  });
}

/** Takes an App off a repository. */
export function uninstallApp(world: World, app: App, repository: Repository, by: Actor): void {
  for (const installation of installationsOf(world, app)) {
    if (!installation.repositoryIds.delete(repository.id)) continue;
    tellRepositories(world, installation, app, 'removed', repository, by);
  }
}

/** Suspends an installation, whose tokens then answer 403, or ends the suspension. */
export function suspendInstallation(
  world: World,
  installation: Installation,
  suspend: boolean,
  by: Actor,
): void {
  const app = world.store.apps.get(installation.appId);
  if (app === undefined) return;
  installation.suspendedAt = suspend ? timestamp(world) : null;
  installation.updatedAt = timestamp(world);
  tellInstallation(world, installation, app, suspend ? 'suspend' : 'unsuspend', by);
}

export interface TokenRequest {
  readonly repositories?: readonly string[] | undefined;
  readonly repositoryIds?: readonly number[] | undefined;
  readonly permissions?: Permissions | undefined;
}

const STRENGTH: Readonly<Record<Access, number>> = { read: 1, write: 2, admin: 3 };

export function allows(granted: Permissions, resource: string, access: Access): boolean {
  const held = granted[resource];
  return held !== undefined && STRENGTH[held] >= STRENGTH[access];
}

/** Mints an installation token for an hour. Throws 403 where suspended, 422 where more is asked than was granted. */
export function mintToken(
  world: World,
  installation: Installation,
  request: TokenRequest,
): InstallationToken {
  if (installation.suspendedAt !== null) throw new ApiError(403, 'This installation has been suspended');
  const permissions = request.permissions ?? installation.permissions;
  for (const [resource, access] of Object.entries(permissions))
    if (!allows(installation.permissions, resource, access))
      throw invalid('The permissions requested are not granted to this installation.');
  const token: InstallationToken = {
    kind: 'installation',
    token: `ghs_${world.random().replaceAll('-', '')}`,
    installationId: installation.id,
    permissions: { metadata: 'read', ...permissions },
    repositoryIds: scopeOf(world, installation, request),
    expiresAt: new Date(world.credentialsNow().getTime() + 3_600_000),
  };
  world.store.tokens.set(token.token, token);
  return token;
}

function scopeOf(world: World, installation: Installation, request: TokenRequest): Set<number> | null {
  if (request.repositories === undefined && request.repositoryIds === undefined) return null;
  const installed = [...installation.repositoryIds].map((id) => repositoryById(world, id));
  const named = request.repositories?.map(
    (name) => installed.find((one) => one.name.toLowerCase() === name.toLowerCase())?.id ?? -1,
  );
  const ids = [...(named ?? []), ...(request.repositoryIds ?? [])];
  if (ids.some((id) => !installation.repositoryIds.has(id)))
    throw invalid(
      'There is at least one repository that does not exist or is not accessible to the parent installation.',
    );
  return new Set(ids);
}
