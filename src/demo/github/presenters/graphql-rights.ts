import type { Repository } from '../model.ts';
import { roleOf } from '../operations/rights.ts';
import { accountById, accountByLogin, type World } from '../world.ts';

/** `collaborators(login: …)` of a repository: whoever has been given a role there, by whatever way. */
export function presentCollaborator(world: World, repository: Repository, login: string) {
  const account = accountByLogin(world, login);
  const role = account === undefined ? 'none' : roleOf(world, repository, account);
  if (account === undefined || role === 'none') return { collaborators: { edges: [] } };
  return { collaborators: { edges: [{ permission: role.toUpperCase(), node: { login: account.login } }] } };
}

/** `organization { team { members(query: …) } }`; GitHub looks for the query anywhere in logins and names. */
export function presentMembers(world: World, organisation: string, slug: string, query: string) {
  const owner = accountByLogin(world, organisation);
  if (owner?.type !== 'Organization') return null;
  const team = [...world.store.teams.values()].find(
    (one) => one.organisationId === owner.id && one.slug === slug,
  );
  if (team === undefined) return { team: null };
  const wanted = query.toLowerCase();
  const found = [...team.memberIds]
    .map((id) => accountById(world, id))
    .filter(({ login, name }) => `${login} ${name ?? ''}`.toLowerCase().includes(wanted));
  return {
    team: { members: { totalCount: found.length, nodes: found.map(({ login }) => ({ login })) } },
  };
}
