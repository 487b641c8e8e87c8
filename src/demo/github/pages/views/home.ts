import type { Repository } from '../../model.ts';
import { hasRole } from '../../operations/rights.ts';
import { pullRequestsOf, type World } from '../../world.ts';
import { repositoryView, type Page, type PageContext } from '../context.ts';
import { pullRow } from './pull-summary.ts';

/** Merged and closed pull requests that the start page lists for each repository. */
const MOST_DONE = 8;

/** Every repository that the viewer may see, with what is going on in it. */
export function home({ world, viewer }: PageContext): Page {
  const repositories = [...world.store.repositories.values()]
    .filter((one) => viewer === null || hasRole(world, one, viewer.account, 'read'))
    .map((one) => repositoryRow(world, one));
  return { title: 'Simulated GitHub', template: 'home', view: { repositories } };
}

function repositoryRow(world: World, repository: Repository) {
  const pulls = pullRequestsOf(world, repository).reverse();
  return {
    ...repositoryView(world, repository),
    description: repository.description ?? '',
    isPrivate: repository.private,
    isArchived: repository.archived,
    isFork: repository.parentId !== null,
    open: pulls.filter((pull) => pull.issue.state === 'open').map((pull) => pullRow(world, pull)),
    done: pulls
      .filter((pull) => pull.issue.state === 'closed')
      .slice(0, MOST_DONE)
      .map((pull) => pullRow(world, pull)),
  };
}
