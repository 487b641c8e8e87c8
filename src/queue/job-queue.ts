import { PgBoss, type Db, type JobWithMetadata } from 'pg-boss';
import { jobKey, type Job } from '../domain/job.ts';
import type { Log } from '../ports/log.ts';
import type { EnqueueOptions, Queue } from '../ports/queue.ts';
import { jobSchema } from './job-schema.ts';
import { concurrency, laneOf, lanes, retries, type Lane } from './lanes.ts';
import { unfinishedJobs } from './unfinished-jobs.ts';

/** Runs SQL in a transaction that the caller owns, so that a job is queued if and only if it commits. */
export interface SqlExecutor {
  query(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>;
}

/** What the queue calls for each job. */
export interface JobHandlers {
  /** Does the work; an error makes the queue try again. `signal` is aborted when the job is superseded or the process ends. */
  run(job: Job, signal: AbortSignal): Promise<void>;
  /** The last attempt failed: tell whoever waits for it. */
  giveUp(job: Job, error: unknown): Promise<void>;
}

export interface JobQueue extends Queue {
  /** Queues jobs inside the caller's transaction. */
  enqueueWithin(executor: SqlExecutor, jobs: readonly Job[]): Promise<void>;
  /** Cancels what these jobs replace or make needless; called once their transaction committed. */
  supersede(jobs: readonly Job[]): Promise<void>;
  /** Starts working on all lanes. */
  work(handlers: JobHandlers): Promise<void>;
  /** Jobs that are queued and due, waiting for a retry, or running. */
  unfinished(): Promise<number>;
  /** Stops taking jobs and lets running ones finish for at most `graceMs` milliseconds. */
  stop(graceMs: number): Promise<void>;
}

/** Opens the queue in the control database, in a schema of its own (`pgboss`). */
export async function openJobQueue(connectionString: string, log: Log): Promise<JobQueue> {
  const boss = new PgBoss({ connectionString, useListenNotify: true, schedule: false, max: 6 });
  boss.on('error', (error) => log.error({ error: error.message }, 'queue error'));
  await boss.start();
  for (const lane of lanes) await createLane(boss, lane);
  const running = new Map<string, AbortController>();

  return {
    enqueue: async (job, options) => {
      await send(boss, await withEarlierComments(boss, job), options);
      await supersede(boss, job, running);
    },
    enqueueWithin: async (executor, jobs) => {
      for (const job of jobs) {
        await send(boss, await withEarlierComments(boss, job), {}, inTransaction(executor));
      }
    },
    supersede: async (jobs) => {
      for (const job of jobs) await supersede(boss, job, running);
    },
    work: async (handlers) => {
      for (const lane of lanes) await workOn(boss, lane, handlers, running, log);
    },
    unfinished: () => countUnfinished(boss),
    stop: async (graceMs) => boss.stop({ graceful: true, timeout: graceMs }),
  };
}

async function createLane(boss: PgBoss, lane: Lane): Promise<void> {
  const retry = retries[lane];
  await boss.createQueue(lane, {
    policy: 'key_strict_fifo',
    retryLimit: retry.limit,
    retryDelay: retry.delaySeconds,
    retryDelayMax: retry.maxDelaySeconds,
    retryBackoff: true,
    // A dead worker is found by its missing heartbeat; an apply itself may take as long as its index build.
    heartbeatSeconds: 10,
    expireInSeconds: 23 * 3600,
    notify: true,
  });
}

async function send(boss: PgBoss, job: Job, options: EnqueueOptions = {}, db?: Db): Promise<string | null> {
  return boss.send(laneOf(job), job, {
    singletonKey: jobKey(job),
    ...(options.afterSeconds === undefined ? {} : { startAfter: options.afterSeconds }),
    ...(db === undefined ? {} : { db }),
  });
}

function inTransaction(executor: SqlExecutor): Db {
  return {
    executeSql: async (text, values) => {
      const { rows } = await executor.query(text, values);
      return { rows };
    },
  };
}

/** Who asked for a plan that is about to be replaced is answered by the one that replaces it. */
async function withEarlierComments(boss: PgBoss, job: Job): Promise<Job> {
  if (job.kind !== 'plan') return job;
  const earlier = (await unfinishedJobs(boss, job, job.kind)).flatMap(({ data }) => {
    const { data: plan } = jobSchema.safeParse(data);
    return plan?.kind === 'plan' ? (plan.commentIds ?? []) : [];
  });
  const commentIds = [...new Set([...earlier, ...(job.commentIds ?? [])])];
  return commentIds.length === 0 ? job : { ...job, commentIds };
}

/** The jobs that a job makes needless: plans of a pull request but the newest; the work on a group that is gone. */
async function superseded(boss: PgBoss, job: Job): Promise<readonly string[]> {
  switch (job.kind) {
    case 'plan':
      return (await unfinishedJobs(boss, job, 'plan')).slice(0, -1).map(({ id }) => id);
    case 'merge-group-gone':
      return (await unfinishedJobs(boss, job, 'merge-group')).map(({ id }) => id);
    default:
      return [];
  }
}

/** Cancels what a job makes needless, waiting or running. */
async function supersede(
  boss: PgBoss,
  job: Job,
  running: ReadonlyMap<string, AbortController>,
): Promise<void> {
  const needless = await superseded(boss, job);
  if (needless.length === 0) return;
  await boss.cancel(laneOf(job), [...needless]);
  const reason = job.kind === 'plan' ? 'superseded by a newer plan' : 'its merge group is no more';
  for (const id of needless) running.get(id)?.abort(new Error(reason));
}

async function workOn(
  boss: PgBoss,
  lane: Lane,
  handlers: JobHandlers,
  running: Map<string, AbortController>,
  log: Log,
): Promise<void> {
  for (let count = 0; count < concurrency[lane]; count += 1) {
    let worker: string | null = null;
    // A name of its own for each, by which it is told to look again.
    worker = await boss.work(lane, polling, async (batch: JobWithMetadata<unknown>[]) => {
      // Where there was a job there may be more, and the next of its key becomes free: no notice comes of either.
      if (worker !== null) boss.notifyWorker(worker);
      for (const queued of batch) await runOne(queued, handlers, running, log);
    });
  }
}

const polling = {
  includeMetadata: true,
  pollingIntervalSeconds: 1,
  notifyPollingIntervalSeconds: 5,
  heartbeatRefreshSeconds: 4,
} as const;

async function runOne(
  queued: JobWithMetadata<unknown>,
  handlers: JobHandlers,
  running: Map<string, AbortController>,
  log: Log,
): Promise<void> {
  const parsed = jobSchema.safeParse(queued.data);
  if (!parsed.success) {
    log.error(
      { job: queued.id },
      'a queued job is of a shape that this version does not know; it was dropped',
    );
    return;
  }
  const controller = new AbortController();
  running.set(queued.id, controller);
  try {
    await handlers.run(parsed.data, AbortSignal.any([controller.signal, queued.signal]));
  } catch (error) {
    if (controller.signal.aborted) return;
    log.warn({ job: parsed.data, attempt: queued.retryCount, error: describe(error) }, 'job failed');
    if (queued.retryCount < queued.retryLimit) throw error;
    // A job that ends as failed would hold its key for ever (pg-boss, key_strict_fifo): it ends as given up.
    await handlers.giveUp(parsed.data, error);
  } finally {
    running.delete(queued.id);
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

async function countUnfinished(boss: PgBoss): Promise<number> {
  const { rows } = await boss.getDb().executeSql(
    `SELECT count(*)::int AS count FROM pgboss.job
      WHERE name = ANY($1) AND (state IN ('active', 'retry') OR state = 'created' AND start_after <= now())`,
    [[...lanes]],
  );
  const [first] = rows as { count: number }[];
  return first?.count ?? 0;
}
