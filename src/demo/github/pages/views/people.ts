import { notFound } from '../../errors.ts';
import type { Account, Team } from '../../model.ts';
import { teamBySlug } from '../../operations/accounts.ts';
import { WEB_FLOW } from '../../operations/signatures.ts';
import { roleOf } from '../../operations/rights.ts';
import { accountById, accountByLogin, fullName, type World } from '../../world.ts';
import type { Page, PageContext } from '../context.ts';
import { person } from '../text.ts';

/** Everybody the visitor can act as, with what each may do. */
export function actAsPage({ world, viewer }: PageContext, returnTo: string): Page {
  const people = [...world.store.accounts.values()].filter(
    (account) => account.type === 'User' && account.email !== WEB_FLOW.email,
  );
  const view = {
    returnTo,
    isNobody: viewer === null,
    people: people.map((account) => ({
      ...person(account),
      account: account.login,
      isYou: viewer?.account.id === account.id,
      rights: rightsOf(world, account),
      teams: teamsOf(world, account),
    })),
  };
  return { title: 'Who do you act as?', template: 'act-as', view };
}

function rightsOf(world: World, account: Account) {
  return [...world.store.repositories.values()].flatMap((repository) => {
    const role = roleOf(world, repository, account);
    return role === 'none' ? [] : [{ role, repository: fullName(world, repository) }];
  });
}

function teamName(world: World, team: Team): string {
  return `@${accountById(world, team.organisationId).login}/${team.slug}`;
}

function teamHref(world: World, team: Team): string {
  return `/orgs/${accountById(world, team.organisationId).login}/teams/${team.slug}`;
}

function teamsOf(world: World, account: Account) {
  return [...world.store.teams.values()]
    .filter((team) => team.memberIds.has(account.id))
    .map((team) => ({ name: teamName(world, team), href: teamHref(world, team) }));
}

/** A person, an organisation or an App's bot. Throws 404. */
export function accountPage({ world }: PageContext, login: string): Page {
  const account = accountByLogin(world, login);
  if (account === undefined) throw notFound();
  const owned = [...world.store.repositories.values()].filter((one) => one.ownerId === account.id);
  const memberIds = world.store.memberships
    .filter((one) => one.organisationId === account.id)
    .map((one) => one.userId);
  const view = {
    account: person(account),
    kind: { User: 'Person', Organization: 'Organisation', Bot: 'App' }[account.type],
    rights: account.type === 'User' ? rightsOf(world, account) : [],
    teams: account.type === 'User' ? teamsOf(world, account) : organisationTeams(world, account),
    repositories: owned.map((one) => fullName(world, one)),
    members: memberIds.map((id) => person(accountById(world, id))),
  };
  return { title: login, template: 'account', view };
}

function organisationTeams(world: World, organisation: Account) {
  return [...world.store.teams.values()]
    .filter((team) => team.organisationId === organisation.id)
    .map((team) => ({ name: teamName(world, team), href: teamHref(world, team) }));
}

/** A team and its members. Throws 404. */
export function teamPage({ world }: PageContext, login: string, slug: string): Page {
  const organisation = accountByLogin(world, login);
  if (organisation === undefined) throw notFound();
  const team = teamBySlug(world, organisation, slug);
  const view = {
    name: teamName(world, team),
    organisation: person(organisation),
    members: [...team.memberIds].map((id) => person(accountById(world, id))),
  };
  return { title: teamName(world, team), template: 'team', view };
}
