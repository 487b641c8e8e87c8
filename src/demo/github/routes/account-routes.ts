import { notFound } from '../errors.ts';
import { listed, param, type Call, type Route } from '../http/route.ts';
import type { Account } from '../model.ts';
import { teamBySlug } from '../operations/accounts.ts';
import {
  presentAccount,
  presentAccountById,
  presentFullOrganisation,
  presentOrganisation,
  presentProfile,
} from '../presenters/account.ts';
import { apiUrl } from '../presenters/links.ts';
import { presentFullTeam, presentTeam } from '../presenters/team.ts';
import { accountByLogin } from '../world.ts';

function organisation(call: Call): Account {
  const account = accountByLogin(call.world, param(call, 'org'));
  if (account?.type !== 'Organization') throw notFound();
  requireInside(call, account);
  return account;
}

/** An installation sees the teams and members of its own account alone. */
function requireInside(call: Call, account: Account): void {
  const { caller } = call;
  if (caller.kind === 'installation' && caller.installation.accountId !== account.id) throw notFound();
}

function user(call: Call): Account {
  const account = accountByLogin(call.world, param(call, 'user'));
  if (account === undefined) throw notFound();
  return account;
}

const LIMIT = { limit: 5000, used: 1, remaining: 4999 };

function rate(call: Call) {
  const reset = Math.floor(call.world.now().getTime() / 1000) + 3600;
  const core = { ...LIMIT, reset };
  const resources = {
    core,
    search: { ...core, limit: 30, remaining: 29 },
    graphql: core,
    integration_manifest: core,
  };
  return { body: { resources, rate: core } };
}

export const accountRoutes: readonly Route[] = [
  { method: 'GET', path: '/rate_limit', need: 'token', handle: rate },
  {
    method: 'GET',
    path: '/meta',
    need: 'nothing',
    handle: () => ({ body: { verifiable_password_authentication: false } }),
  },
  {
    method: 'GET',
    path: '/user',
    need: 'token',
    handle: (call) => {
      if (call.caller.kind !== 'user') throw notFound();
      return { body: presentProfile(call.world, call.caller.account) };
    },
  },
  {
    method: 'GET',
    path: '/users/:user',
    need: 'token',
    handle: (call) => ({ body: presentProfile(call.world, user(call)) }),
  },
  {
    method: 'GET',
    path: '/orgs/:org',
    need: 'token',
    handle: (call) => {
      const account = accountByLogin(call.world, param(call, 'org'));
      if (account?.type !== 'Organization') throw notFound();
      return { body: presentFullOrganisation(call.world, account) };
    },
  },
  {
    method: 'GET',
    path: '/orgs/:org/teams',
    need: ['members:read'],
    handle: (call) => {
      const { id } = organisation(call);
      const teams = [...call.world.store.teams.values()].filter((team) => team.organisationId === id);
      return listed(call, teams, (team) => presentTeam(call.world, team));
    },
  },
  {
    method: 'GET',
    path: '/orgs/:org/teams/:slug',
    need: ['members:read'],
    handle: (call) => {
      const team = teamBySlug(call.world, organisation(call), param(call, 'slug'));
      return { body: presentFullTeam(call.world, team) };
    },
  },
  {
    method: 'GET',
    path: '/orgs/:org/teams/:slug/members',
    need: ['members:read'],
    handle: (call) => {
      const team = teamBySlug(call.world, organisation(call), param(call, 'slug'));
      return listed(call, [...team.memberIds], (id) => presentAccountById(call.world, id));
    },
  },
  {
    method: 'GET',
    path: '/orgs/:org/teams/:slug/memberships/:user',
    need: ['members:read'],
    handle: (call) => {
      const org = organisation(call);
      const team = teamBySlug(call.world, org, param(call, 'slug'));
      const account = user(call);
      if (!team.memberIds.has(account.id)) throw notFound();
      const url = `${apiUrl(call.world)}/organizations/${org.id}/team/${team.id}/memberships/${account.login}`;
      return { body: { url, role: 'member', state: 'active' } };
    },
  },
  {
    method: 'GET',
    path: '/orgs/:org/members',
    need: ['members:read'],
    handle: (call) => {
      const { id } = organisation(call);
      const ids = call.world.store.memberships.filter((one) => one.organisationId === id);
      return listed(call, ids, ({ userId }) => presentAccountById(call.world, userId));
    },
  },
  {
    method: 'GET',
    path: '/orgs/:org/members/:user',
    need: ['members:read'],
    handle: (call) => {
      const { id } = organisation(call);
      const account = user(call);
      const member = call.world.store.memberships.some(
        (one) => one.organisationId === id && one.userId === account.id,
      );
      if (!member) throw notFound();
      return { status: 204 };
    },
  },
  {
    method: 'GET',
    path: '/orgs/:org/memberships/:user',
    need: ['members:read'],
    handle: (call) => {
      const org = organisation(call);
      const account = user(call);
      const found = call.world.store.memberships.find(
        (one) => one.organisationId === org.id && one.userId === account.id,
      );
      if (found === undefined) throw notFound();
      const api = `${apiUrl(call.world)}/orgs/${org.login}`;
      return {
        body: {
          url: `${api}/memberships/${account.login}`,
          state: 'active',
          role: found.role,
          organization_url: api,
          organization: presentOrganisation(call.world, org),
          user: presentAccount(call.world, account),
        },
      };
    },
  },
];
