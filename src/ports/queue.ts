import type { Job } from '../domain/job.ts';

export interface EnqueueOptions {
  /** Not before so many seconds from now. */
  readonly afterSeconds?: number;
}

/** Puts work in line. A plan job for a pull request replaces the one waiting and aborts the one running. */
export interface Queue {
  enqueue(job: Job, options?: EnqueueOptions): Promise<void>;
}
