import type { Actor, Repository } from '../model.ts';
import { requireRole } from '../operations/rights.ts';
import { notFound } from '../errors.ts';
import { fullName, repositoryByName, type World } from '../world.ts';
import type { ShortLinks } from './markdown.ts';
import { renderMarkdown } from './markdown.ts';

/** What every view and action works on. */
export interface PageContext {
  readonly world: World;
  /** Who the visitor acts as; null for a visitor who only looks, and sees everything. */
  readonly viewer: Actor | null;
}

/** What a view puts into the layout. */
export interface Page {
  readonly title: string;
  readonly template: string;
  readonly view: object;
}

/** The repository of that name, where the viewer may see it. Throws 404. */
export function visibleRepository({ world, viewer }: PageContext, owner: string, name: string): Repository {
  const repository = repositoryByName(world, owner, name);
  if (repository === undefined) throw notFound();
  if (viewer !== null) requireRole(world, repository, viewer, 'read');
  return repository;
}

export interface RepositoryView {
  readonly owner: string;
  readonly name: string;
  readonly path: string;
}

/** What the header of a repository's pages shows. */
export function repositoryView(world: World, repository: Repository): RepositoryView {
  const [owner = '', name = ''] = fullName(world, repository).split('/');
  return { owner, name, path: `/${owner}/${name}` };
}

/** Markdown written in a repository, as HTML. */
export function markdownIn(world: World, repository: Repository, source: string | null): string {
  return source === null || source.trim() === '' ? '' : renderMarkdown(source, shortLinks(world, repository));
}

function shortLinks(world: World, repository: Repository): ShortLinks {
  const { path } = repositoryView(world, repository);
  const accounts = [...world.store.accounts.values()];
  return {
    mention: (name) => {
      const [login = '', team] = name.toLowerCase().split('/');
      const account = accounts.find((one) => one.login.toLowerCase() === login);
      if (account === undefined) return null;
      return team === undefined ? `/${account.login}` : `/orgs/${account.login}/teams/${team}`;
    },
    issue: (number) => {
      const exists = [...world.store.issues.values()].some(
        (issue) => issue.repositoryId === repository.id && issue.number === number,
      );
      return exists ? `${path}/issues/${number}` : null;
    },
  };
}

/** The owner, the name and what follows them, where the path begins with a repository that exists. */
export function repositoryAt(world: World, segments: readonly string[]) {
  const [owner = '', name = '', ...rest] = segments;
  const repository = name === '' ? undefined : repositoryByName(world, owner, name);
  return repository === undefined ? null : { repository, owner, name, rest: rest.join('/') };
}
