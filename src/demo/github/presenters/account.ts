import type { Account } from '../model.ts';
import { accountById, type World } from '../world.ts';
import { apiUrl } from './links.ts';

/** "Simple User" of GitHub's description: the same shape stands for organisations and bots. */
export function presentAccount(world: World, account: Account) {
  const name = encodeURIComponent(account.login);
  const api = `${apiUrl(world)}/users/${name}`;
  return {
    login: account.login,
    id: account.id,
    node_id: account.nodeId,
    avatar_url: `${world.url}/avatars/${name}`,
    gravatar_id: '',
    url: api,
    html_url: pageOf(world, account),
    followers_url: `${api}/followers`,
    following_url: `${api}/following{/other_user}`,
    gists_url: `${api}/gists{/gist_id}`,
    starred_url: `${api}/starred{/owner}{/repo}`,
    subscriptions_url: `${api}/subscriptions`,
    organizations_url: `${api}/orgs`,
    repos_url: `${api}/repos`,
    events_url: `${api}/events{/privacy}`,
    received_events_url: `${api}/received_events`,
    type: account.type,
    site_admin: false,
  };
}

function pageOf(world: World, account: Account): string {
  const slug = account.login.replace(/\[bot\]$/, '');
  return account.type === 'Bot' ? `${world.url}/apps/${slug}` : `${world.url}/${account.login}`;
}

export function presentAccountById(world: World, id: number) {
  return presentAccount(world, accountById(world, id));
}

/** The public profile of `GET /users/{login}` and `GET /user`. */
export function presentProfile(world: World, account: Account) {
  return {
    ...presentAccount(world, account),
    name: account.name,
    company: null,
    blog: '',
    location: null,
    email: account.email,
    hireable: null,
    bio: null,
    public_repos: 0,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: account.createdAt,
    updated_at: account.createdAt,
  };
}

/** "Organization Simple", as webhooks carry it. */
export function presentOrganisation(world: World, organisation: Account) {
  const api = `${apiUrl(world)}/orgs/${organisation.login}`;
  return {
    login: organisation.login,
    id: organisation.id,
    node_id: organisation.nodeId,
    url: api,
    repos_url: `${api}/repos`,
    events_url: `${api}/events`,
    hooks_url: `${api}/hooks`,
    issues_url: `${api}/issues`,
    members_url: `${api}/members{/member}`,
    public_members_url: `${api}/public_members{/member}`,
    avatar_url: `${world.url}/avatars/${organisation.login}`,
    description: null,
  };
}

/** "Organization Full". */
export function presentFullOrganisation(world: World, organisation: Account) {
  return {
    ...presentOrganisation(world, organisation),
    name: organisation.name ?? organisation.login,
    has_organization_projects: false,
    has_repository_projects: false,
    public_repos: 0,
    public_gists: 0,
    followers: 0,
    following: 0,
    html_url: `${world.url}/${organisation.login}`,
    type: 'Organization',
    created_at: organisation.createdAt,
    updated_at: organisation.createdAt,
    archived_at: null,
  };
}
