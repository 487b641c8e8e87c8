import type { Job } from '../domain/job.ts';

/** The queues, so that a long apply never keeps a plan waiting for a worker. */
export const lanes = ['plans', 'environments', 'chores'] as const;
export type Lane = (typeof lanes)[number];

/** Which queue a job stands in. Jobs that share a key always share a lane. */
export function laneOf(job: Job): Lane {
  switch (job.kind) {
    case 'plan':
    case 'gate':
    case 'command':
    case 'merge-group':
    case 'merge-group-gone':
      return 'plans';
    case 'reconcile':
    case 'promote':
    case 'act':
    case 'drift':
      return 'environments';
    case 'push':
    case 'announce':
    case 'rights':
    case 'warm':
    case 'sweep':
      return 'chores';
  }
}

/** How many jobs of a lane one process works on at a time. */
export const concurrency: Readonly<Record<Lane, number>> = { plans: 4, environments: 4, chores: 4 };

/** Attempts after the first, with exponential delays from `retryDelaySeconds`. */
export const retries: Readonly<
  Record<Lane, { limit: number; delaySeconds: number; maxDelaySeconds: number }>
> = {
  plans: { limit: 3, delaySeconds: 1, maxDelaySeconds: 30 },
  environments: { limit: 5, delaySeconds: 2, maxDelaySeconds: 120 },
  // Telling GitHub outlasts an outage of GitHub's of some hours.
  chores: { limit: 20, delaySeconds: 2, maxDelaySeconds: 900 },
};
