import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordDelivery } from '../../src/database/control/deliveries.ts';
import { openControlDatabase, type ControlDatabase } from '../../src/database/control/open.ts';
import { schemaSteps } from '../../src/database/control/schema.ts';
import type { AuditEntry, AuditRow } from '../../src/domain/audit.ts';
import type { Hold } from '../../src/domain/hold.ts';
import type { Plan } from '../../src/domain/plan.ts';
import type { ChangeRecord, PlanRecord, RollbackRecord } from '../../src/ports/record-rows.ts';
import { createDatabase, type TestDatabase } from '../support/postgres.ts';

const at = new Date('2026-01-02T03:04:05.678Z');
const key = { repositoryId: 5_000_000_000, environment: 'prod' };

function plan(digest: string): Plan {
  return {
    version: 1,
    environment: 'prod',
    steps: [],
    goesFirst: [],
    problems: [],
    hazards: [],
    reversibility: [],
    schemaDiff: [],
    notes: ['a note'],
    digest,
  };
}

function planRecord(head: string, digest: string): PlanRecord {
  return { ...key, pullRequest: 7, head, base: 'b0', plan: plan(digest), madeAt: at };
}

describe('the control database', () => {
  let database: TestDatabase;
  let control: ControlDatabase;
  beforeAll(async () => {
    database = await createDatabase('control');
    control = await openControlDatabase(database.url);
  });
  afterAll(async () => {
    await control.close();
    await database.drop();
  });

  it('is brought up to date once, whoever opens it at the same time', async () => {
    await using fresh = await createDatabase('control');
    const opened = await Promise.all([1, 2, 3].map(() => openControlDatabase(fresh.url)));
    const { rows } = await (opened[0]?.pool.query('SELECT id FROM tidegate.schema_step') ?? { rows: [] });
    expect(rows).toEqual(schemaSteps.map(({ id }) => ({ id })));
    await Promise.all(opened.map((one) => one.close()));
  });

  it('outlives a server that ends a connection between two questions of a transaction', async () => {
    const work = control.transaction(async (client) => {
      const gone = new Promise<void>((resolve) => client.once('end', resolve));
      const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      await control.pool.query('SELECT pg_terminate_backend($1)', [rows[0]?.pid]);
      await gone;
      return client.query('SELECT 1');
    });
    await expect(work).rejects.toThrow();
    expect((await control.pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  });

  it('is refused where a newer version has used it, and where it cannot be reached, without its password', async () => {
    await using fresh = await createDatabase('control');
    const opened = await openControlDatabase(fresh.url);
    await opened.pool.query('INSERT INTO tidegate.schema_step (id) VALUES (99)');
    await opened.close();
    await expect(openControlDatabase(fresh.url)).rejects.toThrow(/used by a newer version of Tidegate/);
    const unreachable = openControlDatabase('postgres://a:hunter2@127.0.0.1:1/x');
    await expect(unreachable).rejects.toThrow(/The control database cannot be used: connect ECONNREFUSED/);
    await expect(unreachable).rejects.not.toThrow(/hunter2/);
  });

  it('gives the newest plan of a head, of a pull request, and of a digest', async () => {
    const { records } = control;
    for (const [head, digest] of [
      ['h1', 'd1'],
      ['h1', 'd2'],
      ['h2', 'd1'],
    ] as const) {
      await records.savePlan(planRecord(head, digest));
    }
    expect(await records.planAt(key.repositoryId, 7, 'prod', 'h1')).toEqual(planRecord('h1', 'd2'));
    expect(await records.planAt(key.repositoryId, 7, 'dev', 'h1')).toBeNull();
    expect(await records.latestPlan(key.repositoryId, 7)).toEqual(planRecord('h2', 'd1'));
    expect(await records.latestPlan(1, 7)).toBeNull();
    expect((await records.planByDigest(key, 'd1'))?.head).toBe('h2');
    expect(await records.planByDigest(key, 'none')).toBeNull();
    expect(await records.planByDigest({ ...key, environment: 'dev' }, 'd1')).toBeNull();
    expect(await records.planByDigest({ ...key, repositoryId: 1 }, 'd1')).toBeNull();
  });

  it('keeps a hold until it ends', async () => {
    const hold: Hold = {
      reason: 'apply-failed',
      message: 'It failed.',
      waysOut: ['/retry'],
      migrations: ['1_a'],
      commit: 'c1',
      pullRequest: 7,
      since: at,
      issue: null,
    };
    const { records } = control;
    expect(await records.hold(key)).toBeNull();
    await records.setHold(key, hold);
    expect(await records.setHoldIssue(key, at, 9)).toBe(true);
    expect(await records.hold(key)).toEqual({ ...hold, issue: 9 });
    expect(await records.endHold(key)).toEqual({ ...hold, issue: 9 });
    expect(await records.hold(key)).toBeNull();
  });

  it('gives a hold one alert issue, whoever writes the hold at the same time, and none to one that ended', async () => {
    const { records } = control;
    const hold: Hold = {
      reason: 'removed',
      message: 'It is gone.',
      waysOut: [],
      migrations: [],
      commit: null,
      pullRequest: null,
      since: at,
      issue: null,
    };
    await records.setHold(key, hold);
    expect(await records.setHoldIssue(key, at, 9)).toBe(true);
    expect(await records.setHoldIssue(key, at, 10)).toBe(false);
    await records.setHold(key, { ...hold, message: 'More of it is gone.' });
    expect(await records.hold(key)).toEqual({ ...hold, message: 'More of it is gone.', issue: 9 });
    await records.endHold(key);
    expect(await records.setHoldIssue(key, at, 11)).toBe(false);
    expect(await records.hold(key)).toBeNull();
  });

  it('remembers how far a branch was dealt with', async () => {
    const { records } = control;
    expect(await records.reconciledCommit(key)).toBeNull();
    await records.setReconciledCommit(key, 'c1');
    await records.setReconciledCommit(key, 'c2');
    expect(await records.reconciledCommit(key)).toBe('c2');
  });

  it('lists changes newest first, a retried one with what became of it', async () => {
    const { records } = control;
    const change = (commit: string, minutes: number, status: ChangeRecord['status']): ChangeRecord => ({
      ...key,
      pullRequest: null,
      commit,
      digest: `d${commit}`,
      migrations: ['1_a', '2_b'],
      status,
      at: new Date(at.getTime() + minutes * 60_000),
    });
    await records.saveChange(change('c1', 0, 'failed'));
    await records.saveChange(change('c2', 1, 'applied'));
    await records.saveChange(change('c1', 0, 'applied'));
    expect(await records.changesOf(key)).toEqual([change('c2', 1, 'applied'), change('c1', 0, 'applied')]);
    expect(await records.changesOf({ ...key, environment: 'dev' })).toEqual([]);
  });

  it('follows a rollback from its preview on', async () => {
    const { records } = control;
    const asked: Omit<RollbackRecord, 'id'> = {
      ...key,
      pullRequest: 7,
      of: 'migrations',
      commentId: 6_000_000_000,
      requester: 'ada',
      migrations: ['2_b', '1_a'],
      before: ['3_c'],
      digest: 'd',
      acceptDataLoss: false,
      drift: 'of then',
      confirmedBy: [],
      status: 'awaiting-confirmation',
      revertPullRequest: null,
    };
    const first = await records.startRollback(asked);
    const second = await records.startRollback({ ...asked, pullRequest: 8 });
    await records.setRevertPullRequest(first.id, 11);
    const done = { ...first, status: 'done', confirmedBy: ['grace'] } as const;
    await records.updateRollback(done);
    expect(await records.rollbackOf(key, 7)).toEqual({ ...done, revertPullRequest: 11 });
    expect(await records.rollbackRevertedBy(key, 11)).toMatchObject({ id: first.id });
    expect(await records.rollbackRevertedBy(key, 7)).toBeNull();
    expect(await records.rollbackOf(key, 8)).toEqual(second);
    expect(await records.rollbackOf(key, 9)).toBeNull();
    // One that was left running by a crash is over once another begins.
    await records.updateRollback({ ...second, status: 'running' });
    await records.startRollback({ ...asked, pullRequest: 9 });
    expect(await records.rollbackOf(key, 8)).toMatchObject({ id: second.id, status: 'failed' });
    expect(await records.rollbackOf(key, 7)).toMatchObject({ status: 'done' });
  });

  it('knows of an environment by a new name what it knew by the one before, and no more of that', async () => {
    const { records } = control;
    const [was, is] = [
      { ...key, environment: 'old' },
      { ...key, environment: 'new' },
    ];
    const ran = { pullRequest: 7, commit: 'c', digest: 'd', detail: {} };
    const back = { ...ran, actor: 'ada', action: 'rolled-back' as const, migration: '1_a' };
    await records.audit({ ...was, ...ran, actor: 'ada', action: 'applied', migration: '1_a' });
    await records.audit({ ...was, ...back });
    await records.setTargetIdentity(was, 'cluster/old');
    await records.setReconciledCommit(was, 'c');
    const opening = { at: new Date('2026-03-01T08:00:00Z'), zone: 'UTC' };
    const waits = (commit: string) => ({ commit, pullRequest: 7, digest: 'd', opening });
    await records.setWaitingChanges(was, [waits('c'), waits('e')]);
    await records.setWaitingChanges(is, [waits('f')]);
    expect(await records.takeNewName(was, 'new', null)).toBe(true);
    expect(await records.waitingChanges(was)).toEqual([]);
    expect(await records.waitingChanges(is)).toEqual([waits('f')]);
    expect(await records.takeNewName(was, 'new', null)).toBe(false);
    expect(await records.targetIdentity(is)).toBe('cluster/old');
    expect(await records.targetIdentity(was)).toBeNull();
    expect(await records.reconciledCommit(is)).toBe('c');
    expect(await records.reconciledCommit(was)).toBeNull();
    // The name may be another one's by now.
    await records.audit({ ...was, ...back, migration: '2_b' });
    const ends = await records.lastEnds(is, ['1_a', '2_b']);
    expect(ends).toMatchObject([{ migration: '1_a', action: 'rolled-back', pullRequest: 7 }]);
    const runs = await records.lastRuns(key.repositoryId);
    expect(runs).toContainEqual({ environment: 'new', migration: '1_a', actor: 'ada' });
    // What it did before is nothing of theirs, also once they are called otherwise as well.
    expect(await records.lastEnds(was, ['1_a', '2_b'])).toMatchObject([{ migration: '2_b' }]);
    expect(runs).not.toContainEqual(expect.objectContaining({ environment: 'old', migration: '1_a' }));
    await records.setTargetIdentity(was, 'cluster/other');
    expect(await records.takeNewName(was, 'third', null)).toBe(true);
    const third = { ...was, environment: 'third' };
    expect(await records.lastEnds(third, ['1_a', '2_b'])).toMatchObject([{ migration: '2_b' }]);
    expect(await records.lastEnds(is, ['1_a', '2_b'])).toEqual(ends);
    // It takes its first name again.
    expect(await records.takeNewName(is, 'old', null)).toBe(true);
    expect(await records.lastEnds(was, ['1_a', '2_b'])).toEqual(ends);
  });

  it('lets one caller have a comment', async () => {
    expect(await control.records.isCommentClaimed(1, 42)).toBe(false);
    const claims = await Promise.all([1, 2, 3, 4].map(() => control.records.claimComment(1, 42)));
    expect(claims.filter(Boolean)).toHaveLength(1);
    expect(await control.records.claimComment(2, 42)).toBe(true);
    expect(await control.records.isCommentClaimed(1, 42)).toBe(true);
  });

  it('knows the sticky comment of a pull request', async () => {
    const { records } = control;
    expect(await records.stickyComment(1, 7, null)).toBeNull();
    await records.setStickyComment(1, 7, null, 100);
    await records.setStickyComment(1, 7, null, 6_000_000_001);
    await records.setStickyComment(1, 7, 'us', 101);
    expect(await records.stickyComment(1, 7, null)).toBe(6_000_000_001);
    expect(await records.stickyComments(1, 7)).toEqual(
      new Map([
        [null, 6_000_000_001],
        ['us', 101],
      ]),
    );
    await records.forgetStickyComment(1, 7, 'us');
    expect(await records.stickyComment(1, 7, 'us')).toBeNull();
  });

  it('keeps an announcement until it is removed', async () => {
    const { records } = control;
    const added = await records.addAnnouncement(1, { say: ['so'], null: null });
    expect(await records.announcement(added.id)).toEqual(added);
    await records.removeAnnouncement(added.id);
    expect(await records.announcement(added.id)).toBeNull();
  });

  it('adds to the audit, refuses every change of it, and keeps secrets out', async () => {
    const entry: AuditEntry = {
      repositoryId: 3,
      environment: 'prod',
      pullRequest: 7,
      commit: 'c',
      actor: 'ada',
      action: 'applied',
      migration: '1_a',
      digest: 'd',
      detail: { error: 'postgres://app:hunter2@db/shop' },
    };
    await control.records.audit(entry);
    await control.records.audit({ ...entry, environment: null, action: 'planned', detail: {} });
    const written: AuditRow[] = [];
    for await (const rows of control.records.auditOf(3)) written.push(...rows);
    expect(written.map(({ action }) => action)).toEqual(['applied', 'planned']);
    expect(written[0]).toMatchObject({ ...entry, detail: { error: 'postgres://***@db/shop' } });
    expect(written[0]?.at).toBeInstanceOf(Date);
    for (const change of [
      `UPDATE tidegate.audit SET actor = 'x'`,
      'DELETE FROM tidegate.audit',
      'TRUNCATE tidegate.audit',
    ]) {
      await expect(control.pool.query(change)).rejects.toThrow(/only ever added to/);
    }
  });

  it('caches content, and keeps the first value', async () => {
    const { contentCache } = control;
    expect(await contentCache.get('k')).toBeNull();
    await contentCache.put('k', 'v');
    await contentCache.put('k', 'w');
    expect(await contentCache.get('k')).toBe('v');
  });

  it('takes a delivery once, and not at all where its transaction fails', async () => {
    const delivery = { id: 'guid', event: 'push', receivedAt: at };
    const failing = control.transaction(async (client) => {
      expect(await recordDelivery(client, delivery)).toBe(true);
      throw new Error('the queue is down');
    });
    await expect(failing).rejects.toThrow('the queue is down');
    const take = (): Promise<boolean> => control.transaction((client) => recordDelivery(client, delivery));
    const taken = await Promise.all([take(), take(), take()]);
    expect(taken.filter(Boolean)).toHaveLength(1);
    await control.records.forgetDeliveries(at);
    expect(await take()).toBe(false);
    await control.records.forgetDeliveries(new Date(at.getTime() + 1));
    expect(await take()).toBe(true);
  });
});
