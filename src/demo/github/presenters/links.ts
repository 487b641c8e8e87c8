import type { Repository } from '../model.ts';
import { fullName, type World } from '../world.ts';

export function apiUrl(world: World): string {
  return `${world.url}/api/v3`;
}

/** The repository's address in the API. */
export function repositoryApi(world: World, repository: Repository): string {
  return `${apiUrl(world)}/repos/${fullName(world, repository)}`;
}

/** The repository's address for people. */
export function repositoryPage(world: World, repository: Repository): string {
  return `${world.url}/${fullName(world, repository)}`;
}

/** A path with each of its segments encoded. */
export function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}
