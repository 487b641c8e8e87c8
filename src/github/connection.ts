import type { ProbotOctokit } from 'probot';
import type { Repository } from '../domain/repository.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { ObjectStore } from './object-store.ts';

/** Probot's Octokit: REST, GraphQL and pagination, with its throttle and retries. */
export type Octokit = InstanceType<typeof ProbotOctokit>;

/** One repository, with a client that may act on it. */
export interface Connection {
  readonly octokit: Octokit;
  readonly repository: Repository;
  readonly owner: string;
  readonly repo: string;
  readonly objects: ObjectStore;
  /** Tips of branches as another answer told them just now, each good for one question. */
  readonly tips: Map<string, { readonly sha: string; readonly toldAt: number }>;
  readonly now: Clock;
  /** The repository has another name, or the name is another repository's: it is asked for anew the next time. */
  readonly forget: () => void;
  /** Comments that were seen to be the App's own. */
  readonly ownComments: Set<number>;
  /** The App's own id and login: what it wrote is known by both. */
  readonly app: AppIdentity;
}

export interface AppIdentity {
  readonly id: number;
  /** E.g. `tidegate[bot]`. */
  readonly login: string;
}

export interface HostOptions {
  /** A client for an installation, or for the App itself where null. */
  readonly octokitFor: (installationId: number | null) => Promise<Octokit>;
  readonly log: Log;
  readonly now: Clock;
}

/** The HTTP status of an Octokit error; null for any other error. */
export function statusOf(error: unknown): number | null {
  return error instanceof Error && 'status' in error && typeof error.status === 'number'
    ? error.status
    : null;
}

/** Whether GitHub says that the App may not see a thing, rather than that it asks too often (403 as well). */
export function isOutOfReach(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const status = statusOf(error);
  if (status === 404) return true;
  // A token of an installation that has been removed since.
  if (status === 401) return /bad credentials/i.test(error.message);
  return status === 403 && /suspended|not accessible/i.test(error.message);
}

/** The answer, or null where the App may not see the thing or there is none. */
export async function withinReach<T>(ask: Promise<T>): Promise<T | null> {
  try {
    return await ask;
  } catch (error) {
    if (isOutOfReach(error)) return null;
    throw error;
  }
}

/** The answer, or null where GitHub says that there is no such thing. */
export async function orNull<T>(ask: Promise<T>, statuses: readonly number[] = [404]): Promise<T | null> {
  try {
    return await ask;
  } catch (error) {
    const status = statusOf(error);
    if (status !== null && statuses.includes(status)) return null;
    throw error;
  }
}
