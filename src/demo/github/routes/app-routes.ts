import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { z } from 'zod';
import { notFound } from '../errors.ts';
import {
  input,
  listed,
  listedAs,
  numberParam,
  param,
  repositoryRoute,
  type Call,
  type Route,
} from '../http/route.ts';
import type { Account, App, Installation } from '../model.ts';
import { createApp, installationsOf, mintToken } from '../operations/apps.ts';
import { presentApp, presentDelivery, presentFullDelivery, presentInstallation } from '../presenters/app.ts';
import { presentMinimalRepository, presentRepository } from '../presenters/repository.ts';
import { appById, repositoryById, type World } from '../world.ts';

const AccessLevel = z.enum(['read', 'write', 'admin']);
const TokenBody = z.object({
  repositories: z.array(z.string()).optional(),
  repository_ids: z.array(z.number()).optional(),
  permissions: z.record(z.string(), AccessLevel).optional(),
});

function ownApp(call: Call): App {
  if (call.caller.kind !== 'app') throw notFound();
  return call.caller.app;
}

function ownInstallation(call: Call): Installation {
  const installation = call.world.store.installations.get(numberParam(call, 'id'));
  if (installation?.appId !== ownApp(call).id) throw notFound();
  return installation;
}

function presentToken(call: Call) {
  const body = input(call, TokenBody);
  const { world } = call;
  const installation = ownInstallation(call);
  const token = mintToken(world, installation, {
    repositories: body.repositories,
    repositoryIds: body.repository_ids,
    permissions: body.permissions,
  });
  const ids = token.repositoryIds;
  return {
    token: token.token,
    expires_at: `${token.expiresAt.toISOString().slice(0, 19)}Z`,
    permissions: token.permissions,
    repository_selection: ids === null ? installation.repositorySelection : ('selected' as const),
    ...(ids === null
      ? {}
      : { repositories: [...ids].map((id) => presentRepository(world, repositoryById(world, id))) }),
  };
}

export const appRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/app',
    need: 'app',
    handle: (call) => ({ body: presentApp(call.world, ownApp(call)) }),
  },
  {
    method: 'GET',
    path: '/app/installations',
    need: 'app',
    handle: (call) => {
      const app = ownApp(call);
      return listed(call, installationsOf(call.world, app), (one) =>
        presentInstallation(call.world, one, app),
      );
    },
  },
  {
    method: 'GET',
    path: '/app/installations/:id',
    need: 'app',
    handle: (call) => ({ body: presentInstallation(call.world, ownInstallation(call), ownApp(call)) }),
  },
  {
    method: 'POST',
    path: '/app/installations/:id/access_tokens',
    need: 'app',
    handle: (call) => ({ status: 201, body: presentToken(call) }),
  },
  {
    method: 'GET',
    path: '/app/hook/deliveries',
    need: 'app',
    handle: listDeliveries,
  },
  {
    method: 'GET',
    path: '/app/hook/deliveries/:id',
    need: 'app',
    handle: (call) => {
      const delivery = call.world.store.deliveries.get(numberParam(call, 'id'));
      if (delivery?.appId !== ownApp(call).id) throw notFound();
      return { body: presentFullDelivery(delivery) };
    },
  },
  {
    method: 'POST',
    path: '/app/hook/deliveries/:id/attempts',
    need: 'app',
    handle: (call) => {
      call.webhooks.redeliver(ownApp(call), numberParam(call, 'id'));
      return { status: 202, body: {} };
    },
  },
  {
    method: 'GET',
    path: '/installation/repositories',
    need: 'installation',
    handle: (call) => {
      if (call.caller.kind !== 'installation') throw notFound();
      const ids = call.caller.token.repositoryIds ?? call.caller.installation.repositoryIds;
      const repositories = [...ids].map((id) => repositoryById(call.world, id));
      return listedAs(call, 'repositories', repositories, (one) => presentRepository(call.world, one));
    },
  },
  {
    method: 'GET',
    path: '/repos/:owner/:repo/installation',
    need: 'app',
    handle: (call) => {
      const app = ownApp(call);
      const installation = installationsOf(call.world, app).find((one) => holds(call, one));
      if (installation === undefined) throw notFound();
      return { body: presentInstallation(call.world, installation, app) };
    },
  },
  {
    method: 'POST',
    path: '/app-manifests/:code/conversions',
    need: 'nothing',
    handle: (call) => {
      const conversion = call.world.store.manifestCodes.get(param(call, 'code'));
      if (conversion === undefined) throw notFound();
      call.world.store.manifestCodes.delete(param(call, 'code'));
      const { app, privateKey } = conversion;
      const secrets = { client_secret: app.clientSecret, webhook_secret: app.webhookSecret, pem: privateKey };
      return { status: 201, body: { ...presentApp(call.world, app), ...secrets } };
    },
  },
  repositoryRoute('GET', '/forks', ['metadata:read'], (call, repository) => {
    const forks = [...call.world.store.repositories.values()].filter((one) => one.parentId === repository.id);
    return listed(call, forks, (one) => presentMinimalRepository(call.world, one));
  }),
];

function holds(call: Call, installation: Installation): boolean {
  const wanted = `${param(call, 'owner')}/${param(call, 'repo')}`.toLowerCase();
  return [...installation.repositoryIds].some((id) => {
    const { full_name: name } = presentMinimalRepository(call.world, repositoryById(call.world, id));
    return name.toLowerCase() === wanted;
  });
}

/** Newest first, by cursor: GitHub numbers no pages here. */
function listDeliveries(call: Call) {
  const app = ownApp(call);
  const size = Math.min(Number(call.query['per_page'] ?? 30) || 30, 100);
  const cursor = Number(call.query['cursor'] ?? Number.MAX_SAFE_INTEGER);
  const all = [...call.world.store.deliveries.values()]
    .filter((one) => one.appId === appById(call.world, app.id).id && one.id < cursor)
    .filter((one) => call.query['status'] !== 'failure' || one.statusCode >= 400)
    .reverse();
  const shown = all.slice(0, size);
  const last = shown.at(-1);
  const more = all.length > size && last !== undefined;
  const next = `${call.world.url}/api/v3/app/hook/deliveries?per_page=${size}&cursor=${last?.id ?? 0}`;
  return {
    body: shown.map(presentDelivery),
    ...(more ? { headers: { link: `<${next}>; rel="next"` } } : {}),
  };
}

const Manifest = z.object({
  name: z.string().min(1),
  url: z.string(),
  hook_attributes: z.object({ url: z.string() }).optional(),
  default_permissions: z.record(z.string(), AccessLevel).default({}),
  default_events: z.array(z.string()).default([]),
});

/** Registers an App from its manifest, and answers the one-time code by which its secrets are collected. */
export function registerFromManifest(world: World, owner: Account, manifest: unknown): string {
  const wanted = Manifest.parse(manifest);
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const privateKey = pair.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
  const app = createApp(world, {
    slug: wanted.name.toLowerCase().replace(/[^a-z0-9]+/g, '-'),
    name: wanted.name,
    owner,
    permissions: wanted.default_permissions,
    events: wanted.default_events,
    publicKey: createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString(),
    webhookUrl: wanted.hook_attributes?.url ?? null,
    webhookSecret: world.random(),
    externalUrl: wanted.url,
  });
  const code = world.random().replaceAll('-', '');
  world.store.manifestCodes.set(code, { app, privateKey });
  return code;
}
