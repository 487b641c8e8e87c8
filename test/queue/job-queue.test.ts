import type pg from 'pg';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Job } from '../../src/domain/job.ts';
import { openJobQueue, type JobHandlers, type JobQueue } from '../../src/queue/job-queue.ts';
import { createDatabase, withClient, type TestDatabase } from '../support/postgres.ts';

const nothing = (): void => undefined;
const plan = (pullRequest: number, reason: string): Job => ({
  kind: 'plan',
  repositoryId: 1,
  pullRequest,
  reason,
});
const gate = (pullRequest: number, reason: string): Job => ({
  kind: 'gate',
  repositoryId: 1,
  pullRequest,
  reason,
});
const reconcile = (environment: string, reason: string): Job => ({
  kind: 'reconcile',
  repositoryId: 1,
  environment,
  reason,
});
const reasonOf = (job: Job): string => ('reason' in job ? job.reason : job.kind);

describe('the job queue', () => {
  let database: TestDatabase;
  let queue: JobQueue;
  let errors: unknown[];
  beforeEach(async () => {
    database = await createDatabase('queue');
    errors = [];
    const log = {
      debug: nothing,
      info: nothing,
      warn: nothing,
      error: (facts: unknown) => void errors.push(facts),
    };
    queue = await openJobQueue(database.url, log);
  });
  afterEach(async () => {
    await queue.stop(1000);
    await database.drop();
  });

  /** Works on what is queued; `run` returns normally where it is not given. */
  async function work(handlers: Partial<JobHandlers>): Promise<string[]> {
    const done: string[] = [];
    await queue.work({
      run: async (job, signal) => {
        await handlers.run?.(job, signal);
        done.push(reasonOf(job));
      },
      giveUp: handlers.giveUp ?? (() => Promise.resolve()),
    });
    return done;
  }

  const settled = (): Promise<void> =>
    vi.waitFor(async () => expect(await queue.unfinished()).toBe(0), { timeout: 30_000, interval: 50 });

  const query = (sql: string): Promise<pg.QueryResult> =>
    withClient(database.url, (client) => client.query(sql));

  it('keeps the order of a key through a retry, while other keys go on', async () => {
    for (const reason of ['a1', 'a2', 'a3']) await queue.enqueue(reconcile('a', reason));
    await queue.enqueue(reconcile('b', 'b1'));
    await query('UPDATE pgboss.job SET retry_delay = 1, retry_backoff = false');
    const tried: string[] = [];
    const done = await work({
      run: (job) => {
        tried.push(reasonOf(job));
        const isFirst = tried.filter((one) => one === 'a1').length === 1;
        return isFirst && reasonOf(job) === 'a1' ? Promise.reject(new Error('once')) : Promise.resolve();
      },
    });
    await settled();
    expect(tried.filter((one) => one.startsWith('a'))).toEqual(['a1', 'a1', 'a2', 'a3']);
    expect(done[0]).toBe('b1');
  });

  it('never works on two jobs of a key at once', async () => {
    for (const reason of ['1', '2', '3', '4']) await queue.enqueue(gate(7, reason));
    let running = 0;
    let most = 0;
    const done = await work({
      run: async () => {
        most = Math.max(most, ++running);
        await query('SELECT pg_sleep(0.02)');
        running--;
      },
    });
    await settled();
    expect([most, done]).toEqual([1, ['1', '2', '3', '4']]);
  });

  it('plans a pull request once where newer plans of it wait, and leaves other jobs alone', async () => {
    await queue.enqueue(plan(7, 'old'));
    await queue.enqueue(gate(7, 'gate'));
    await queue.enqueue(plan(8, 'other'));
    await queue.enqueue(plan(7, 'newer'));
    await queue.enqueue(plan(7, 'newest'));
    const done = await work({});
    await settled();
    expect(done.toSorted()).toEqual(['gate', 'newest', 'other']);
  });

  it('has the newest plan answer the comments that asked for those it replaces', async () => {
    const asked = (commentId: number): Job => ({
      kind: 'plan',
      repositoryId: 1,
      pullRequest: 7,
      reason: '/plan',
      commentIds: [commentId],
    });
    await queue.enqueue(asked(1));
    await queue.enqueue(asked(2));
    await withClient(database.url, (client) => queue.enqueueWithin(client, [plan(7, 'pushed')]));
    await queue.supersede([plan(7, 'pushed')]);
    const answered: unknown[] = [];
    await work({ run: (job) => Promise.resolve(void answered.push(job)) });
    await settled();
    expect(answered).toEqual([{ ...plan(7, 'pushed'), commentIds: [1, 2] }]);
  });

  it('ends the work on a merge group that is no more, waiting or running, and leaves others alone', async () => {
    const groupOf = (head: string): Job => {
      const group = { base: 'main', branch: 'gh-readonly-queue/main/x', baseCommit: '0'.repeat(40), head };
      return { kind: 'merge-group', repositoryId: 1, group };
    };
    const [one, two] = ['1'.repeat(40), '2'.repeat(40)];
    const gone: Job = { kind: 'merge-group-gone', repositoryId: 1, head: one };
    const started = Promise.withResolvers<undefined>();
    const ended: string[] = [];
    const done = await work({
      run: (job, signal) => {
        if (job.kind !== 'merge-group' || job.group.head !== one) return Promise.resolve();
        started.resolve(undefined);
        return new Promise((_, reject) => {
          signal.addEventListener('abort', () => {
            ended.push(String(signal.reason));
            reject(new Error('aborted'));
          });
        });
      },
    });
    await queue.enqueue(groupOf(one));
    await started.promise;
    await queue.enqueue(groupOf(one));
    await withClient(database.url, (client) => queue.enqueueWithin(client, [gone]));
    await queue.supersede([gone]);
    await queue.enqueue(groupOf(two));
    await settled();
    expect(ended).toEqual(['Error: its merge group is no more']);
    expect(done.toSorted()).toEqual(['merge-group', 'merge-group-gone']);
  });

  it('ends a running plan for a newer one, which then runs', async () => {
    const started = Promise.withResolvers<undefined>();
    const ended: unknown[] = [];
    const done = await work({
      run: (job, signal) => {
        if (reasonOf(job) !== 'old') return Promise.resolve();
        started.resolve(undefined);
        return new Promise((_, reject) => {
          signal.addEventListener('abort', () => {
            ended.push(signal.reason);
            reject(new Error('aborted'));
          });
        });
      },
      giveUp: (job) => Promise.resolve(void ended.push(job)),
    });
    await queue.enqueue(plan(7, 'old'));
    await started.promise;
    await queue.enqueue(plan(7, 'new'));
    await settled();
    expect(done).toEqual(['new']);
    expect(ended).toEqual([expect.objectContaining({ message: 'superseded by a newer plan' })]);
  });

  it('says so after the last attempt, and goes on with the next of the key', async () => {
    await queue.enqueue(reconcile('a', 'broken'));
    await queue.enqueue(reconcile('a', 'next'));
    await query('UPDATE pgboss.job SET retry_limit = 2, retry_delay = 0, retry_backoff = false');
    const given: unknown[] = [];
    let attempts = 0;
    const done = await work({
      run: (job) => {
        if (reasonOf(job) !== 'broken') return Promise.resolve();
        attempts++;
        return Promise.reject(new Error('for good'));
      },
      giveUp: (job, error) => Promise.resolve(void given.push([reasonOf(job), String(error)])),
    });
    await settled();
    expect([attempts, given, done]).toEqual([3, [['broken', 'Error: for good']], ['next']]);
  });

  it('queues jobs with the transaction that brings them, or not at all', async () => {
    const within = (end: 'COMMIT' | 'ROLLBACK'): Promise<void> =>
      withClient(database.url, async (client) => {
        await client.query('BEGIN');
        await queue.enqueueWithin(client, [plan(7, end), reconcile('a', end)]);
        await client.query(end);
      });
    await within('ROLLBACK');
    expect(await queue.unfinished()).toBe(0);
    await within('COMMIT');
    expect(await queue.unfinished()).toBe(2);
    const done = await work({});
    await settled();
    expect(done).toEqual(['COMMIT', 'COMMIT']);
  });

  it('drops a job of a shape that it does not know, says so, and goes on with the key', async () => {
    await queue.enqueue(plan(7, 'of another version'));
    await query(`UPDATE pgboss.job SET data = '{"kind": "plan", "repositoryId": "seven"}'`);
    await queue.enqueue(gate(7, 'known'));
    const done = await work({});
    await settled();
    expect(done).toEqual(['known']);
    expect(errors).toHaveLength(1);
  });

  it('waits with a job that is for later, and counts it only then', async () => {
    await queue.enqueue(reconcile('a', 'later'), { afterSeconds: 3600 });
    expect(await queue.unfinished()).toBe(0);
    const done = await work({});
    await queue.enqueue(reconcile('b', 'now'));
    await settled();
    expect(done).toEqual(['now']);
  });

  it('lets a running job finish when it stops', async () => {
    const started = Promise.withResolvers<undefined>();
    const finish = Promise.withResolvers<undefined>();
    const done = await work({
      run: async () => {
        started.resolve(undefined);
        await finish.promise;
      },
    });
    await queue.enqueue(reconcile('a', 'long'));
    await started.promise;
    const stopped = queue.stop(20_000);
    finish.resolve(undefined);
    await stopped;
    expect(done).toEqual(['long']);
    const { rows } = await query(`SELECT state FROM pgboss.job WHERE data ->> 'reason' = 'long'`);
    expect(rows).toEqual([{ state: 'completed' }]);
  });
});
