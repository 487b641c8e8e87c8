import type { App, Delivery, Installation } from '../model.ts';
import { accountById, type World } from '../world.ts';
import { presentAccount } from './account.ts';
import { apiUrl } from './links.ts';

/** "GitHub app". */
export function presentApp(world: World, app: App) {
  const installations = [...world.store.installations.values()].filter((one) => one.appId === app.id);
  return {
    id: app.id,
    client_id: app.clientId,
    slug: app.slug,
    node_id: app.nodeId,
    owner: presentAccount(world, accountById(world, app.ownerId)),
    name: app.name,
    description: '',
    external_url: app.externalUrl,
    html_url: `${world.url}/apps/${app.slug}`,
    created_at: app.createdAt,
    updated_at: app.createdAt,
    permissions: app.permissions,
    events: app.events,
    installations_count: installations.length,
  };
}

/** The App as checks and webhooks carry it. */
export function presentAppReference(world: World, app: App) {
  const { installations_count: _count, ...rest } = presentApp(world, app);
  return rest;
}

export function presentInstallation(world: World, installation: Installation, app: App) {
  const account = accountById(world, installation.accountId);
  const api = `${apiUrl(world)}/app/installations/${installation.id}`;
  const suspendedAt = installation.suspendedAt;
  return {
    id: installation.id,
    account: presentAccount(world, account),
    repository_selection: installation.repositorySelection,
    access_tokens_url: `${api}/access_tokens`,
    repositories_url: `${apiUrl(world)}/installation/repositories`,
    html_url: `${world.url}/organizations/${account.login}/settings/installations/${installation.id}`,
    app_id: app.id,
    app_slug: app.slug,
    target_id: account.id,
    target_type: account.type,
    permissions: installation.permissions,
    events: app.events,
    created_at: installation.createdAt,
    updated_at: installation.updatedAt,
    single_file_name: null,
    has_multiple_single_files: false,
    single_file_paths: [],
    suspended_by: suspendedAt === null ? null : presentAccount(world, account),
    suspended_at: suspendedAt,
  };
}

/** A delivery as the list of deliveries shows it. */
export function presentDelivery(delivery: Delivery) {
  return {
    id: delivery.id,
    guid: delivery.guid,
    delivered_at: delivery.deliveredAt,
    redelivery: delivery.redelivery,
    duration: delivery.duration,
    status: delivery.status,
    status_code: delivery.statusCode,
    event: delivery.event,
    action: delivery.action,
    installation_id: delivery.installationId,
    repository_id: delivery.repositoryId,
    throttled_at: null,
  };
}

export function presentFullDelivery(delivery: Delivery) {
  const payload: unknown = JSON.parse(delivery.payload);
  return {
    ...presentDelivery(delivery),
    url: delivery.url,
    request: { headers: delivery.requestHeaders, payload },
    response: { headers: delivery.responseHeaders, payload: delivery.responseBody },
  };
}
