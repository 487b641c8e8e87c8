import type { Repository } from '../model.ts';
import { accountById, fullName, repositoryById, type World } from '../world.ts';
import { presentAccount } from './account.ts';
import { repositoryApi, repositoryPage } from './links.ts';

function addresses(api: string) {
  return {
    archive_url: `${api}/{archive_format}{/ref}`,
    assignees_url: `${api}/assignees{/user}`,
    blobs_url: `${api}/git/blobs{/sha}`,
    branches_url: `${api}/branches{/branch}`,
    collaborators_url: `${api}/collaborators{/collaborator}`,
    comments_url: `${api}/comments{/number}`,
    commits_url: `${api}/commits{/sha}`,
    compare_url: `${api}/compare/{base}...{head}`,
    contents_url: `${api}/contents/{+path}`,
    contributors_url: `${api}/contributors`,
    deployments_url: `${api}/deployments`,
    downloads_url: `${api}/downloads`,
    events_url: `${api}/events`,
    forks_url: `${api}/forks`,
    git_commits_url: `${api}/git/commits{/sha}`,
    git_refs_url: `${api}/git/refs{/sha}`,
    git_tags_url: `${api}/git/tags{/sha}`,
    hooks_url: `${api}/hooks`,
    issue_comment_url: `${api}/issues/comments{/number}`,
    issue_events_url: `${api}/issues/events{/number}`,
    issues_url: `${api}/issues{/number}`,
    keys_url: `${api}/keys{/key_id}`,
    labels_url: `${api}/labels{/name}`,
    languages_url: `${api}/languages`,
    merges_url: `${api}/merges`,
    milestones_url: `${api}/milestones{/number}`,
    notifications_url: `${api}/notifications{?since,all,participating}`,
    pulls_url: `${api}/pulls{/number}`,
    releases_url: `${api}/releases{/id}`,
    stargazers_url: `${api}/stargazers`,
    statuses_url: `${api}/statuses/{sha}`,
    subscribers_url: `${api}/subscribers`,
    subscription_url: `${api}/subscription`,
    tags_url: `${api}/tags`,
    teams_url: `${api}/teams`,
    trees_url: `${api}/git/trees{/sha}`,
  };
}

/** "Minimal Repository": what lists and checks carry. */
export function presentMinimalRepository(world: World, repository: Repository) {
  const api = repositoryApi(world, repository);
  return {
    ...presentRepositoryName(world, repository),
    owner: presentAccount(world, accountById(world, repository.ownerId)),
    html_url: repositoryPage(world, repository),
    description: repository.description,
    fork: repository.parentId !== null,
    url: api,
    ...addresses(api),
  };
}

/** "Repository", as pull requests and webhooks carry it. */
export function presentRepository(world: World, repository: Repository) {
  const page = repositoryPage(world, repository);
  const forks = [...world.store.repositories.values()].filter((one) => one.parentId === repository.id).length;
  const openIssues = [...world.store.issues.values()].filter(
    (issue) => issue.repositoryId === repository.id && issue.state === 'open',
  ).length;
  return {
    ...presentMinimalRepository(world, repository),
    git_url: `git://${page.replace(/^https?:\/\//, '')}.git`,
    ssh_url: `git@localhost:${fullName(world, repository)}.git`,
    clone_url: `${page}.git`,
    svn_url: page,
    mirror_url: null,
    homepage: null,
    language: null,
    license: null,
    size: 0,
    default_branch: repository.defaultBranch,
    forks_count: forks,
    forks,
    stargazers_count: 0,
    watchers_count: 0,
    watchers: 0,
    open_issues_count: openIssues,
    open_issues: openIssues,
    has_issues: repository.hasIssues,
    has_projects: false,
    has_wiki: false,
    has_pages: false,
    has_downloads: true,
    has_discussions: false,
    archived: repository.archived,
    disabled: false,
    visibility: repository.private ? 'private' : 'public',
    topics: [],
    is_template: false,
    allow_forking: true,
    web_commit_signoff_required: false,
    pushed_at: repository.pushedAt,
    created_at: repository.createdAt,
    updated_at: repository.updatedAt,
    allow_merge_commit: repository.mergeMethods.has('merge'),
    allow_squash_merge: repository.mergeMethods.has('squash'),
    allow_rebase_merge: repository.mergeMethods.has('rebase'),
    allow_auto_merge: false,
    allow_update_branch: true,
    delete_branch_on_merge: false,
  };
}

/** "Full Repository" of `GET /repos/{owner}/{repo}`. */
export function presentFullRepository(world: World, repository: Repository) {
  const parent = repository.parentId === null ? null : repositoryById(world, repository.parentId);
  const shown = parent === null ? {} : { parent: presentRepository(world, parent) };
  return {
    ...presentRepository(world, repository),
    ...shown,
    ...(parent === null ? {} : { source: presentRepository(world, parent) }),
    subscribers_count: 0,
    network_count: 0,
  };
}

/** How installation webhooks name a repository. */
export function presentRepositoryName(world: World, repository: Repository) {
  return {
    id: repository.id,
    node_id: repository.nodeId,
    name: repository.name,
    full_name: fullName(world, repository),
    private: repository.private,
  };
}
