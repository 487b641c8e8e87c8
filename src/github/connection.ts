import type { ProbotOctokit } from 'probot';
import type { Repository } from '../domain/repository.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';

/** Probot's Octokit: REST, GraphQL and pagination, with its throttle and retries. */
export type Octokit = InstanceType<typeof ProbotOctokit>;

/** One repository, with a client that may act on it. */
export interface Connection {
  readonly octokit: Octokit;
  readonly repository: Repository;
  readonly owner: string;
  readonly repo: string;
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
