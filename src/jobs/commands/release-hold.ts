import { createHash } from 'node:crypto';
import { isForDrift, type Hold } from '../../domain/hold.ts';
import type { EnvironmentKey } from '../../domain/repository.ts';
import { TargetUnavailable, type TargetState } from '../../ports/target.ts';
import type { Tree } from '../../ports/tree.ts';
import { landedBy } from '../applying/branch-changes.ts';
import { standingOf, type Environment } from '../environment.ts';
import { blobsByName } from '../planning/named-migrations.ts';
import { namesToRun } from '../planning/run-elsewhere.ts';
import { endHold } from '../applying/holds.ts';
import { isHoldStillTrue } from '../applying/reconcile-rules.ts';
import { answer, refuseCommand, writtenBefore, type Asked } from './replies.ts';
import type { Tools } from '../tools.ts';

/**
 * `/release`: ends a hold that somebody asked for, or over drift, or whose reason is gone, and says what runs then. After a rollback
 * whose revert is not merged that would be the same migrations again: it shows them, and waits for `/confirm`.
 */
export async function releaseHold(environment: Environment, asked: Asked, tools: Tools): Promise<void> {
  const { key, policy } = environment;
  const hold = await tools.records.hold(key);
  if (hold === null)
    return refuseCommand('release', environment, asked, `${policy.name} is not on hold.`, tools);
  if (hold.reason === 'asked') {
    if (asked.commentId < (hold.askedBy ?? 0))
      return refuseCommand('release', environment, asked, writtenBefore(hold), tools);
    return release(environment, hold, asked, await pendingThere(environment, tools), tools);
  }
  const { folder, state } = await look(environment, tools);
  const pending = await pendingOf(environment, folder, state, tools);
  if (isForDrift(hold)) {
    await letDriftPass(key, tools);
    return release(environment, hold, asked, pending, tools);
  }
  if (!isHoldStillTrue(hold, await standingOf(environment, hold, folder, state))) {
    return release(environment, hold, asked, pending, tools);
  }
  if (hold.reason !== 'rolled-back') {
    const reason = `${policy.name} stays on hold: ${hold.message} ${hold.waysOut.join(' ')}`;
    return refuseCommand('release', environment, asked, reason, tools);
  }
  return askToRunAgain(environment, asked, { folder, pending }, tools);
}

/** The branch's folder and the target's history, asked anew. */
export async function look(
  { key, policy, host, settings }: Environment,
  tools: Tools,
): Promise<{ readonly folder: Tree; readonly state: TargetState }> {
  const [folder, state] = await Promise.all([
    host.list(policy.branch, settings.directory),
    tools.targets.read(key, settings),
  ]);
  return { folder, state };
}

/** What is to run once a hold that somebody asked for is over; nothing is said of it while the target does not answer. */
async function pendingThere(environment: Environment, tools: Tools): Promise<readonly string[]> {
  try {
    const { folder, state } = await look(environment, tools);
    return await pendingOf(environment, folder, state, tools);
  } catch (error) {
    if (error instanceof TargetUnavailable) return [];
    throw error;
  }
}

/** What is in the branch and not in the history, in the order of running; what is only for elsewhere does not run. */
export function pendingOf(
  { host, key, settings }: Environment,
  folder: Tree,
  { history }: TargetState,
  tools: Pick<Tools, 'cache'>,
): Promise<readonly string[]> {
  const applied = new Set(history.map(({ name }) => name));
  return namesToRun(host, folder, { environment: key.environment, settings, applied }, tools);
}

/** SHA-256 over the files that would run. */
export function digestOfPending({ settings }: Environment, folder: Tree, pending: readonly string[]): string {
  const blobs = blobsByName(folder, settings);
  const files = pending.map((name) => [name, blobs.get(name) ?? null]);
  return createHash('sha256').update(JSON.stringify(files)).digest('hex');
}

/** The drift that is known now holds nothing any more; another one does. */
async function letDriftPass(key: EnvironmentKey, { records }: Pick<Tools, 'records'>): Promise<void> {
  const record = await records.drift(key);
  if (record?.finding.kind !== 'drift') return;
  await records.setDrift(key, { ...record, released: record.finding.digest });
}

async function askToRunAgain(
  environment: Environment,
  asked: Asked,
  { folder, pending }: { readonly folder: Tree; readonly pending: readonly string[] },
  tools: Tools,
): Promise<void> {
  const { key, policy } = environment;
  await tools.records.setReleaseRequest(key, {
    number: asked.number,
    commentId: asked.commentId,
    requester: asked.actor,
    digest: digestOfPending(environment, folder, pending),
    confirmedBy: [],
  });
  await audit(environment, asked, pending, tools);
  const { required, from } = policy.rollback;
  const view = {
    kind: 'release-preview' as const,
    environment: policy.name,
    pending,
    confirmations: required,
    from,
    requester: asked.actor,
  };
  await answer(key.repositoryId, asked, view, 'eyes', tools);
}

/** Ends the hold and has the branch looked at; says what runs. */
export async function release(
  environment: Environment,
  hold: Hold,
  asked: Asked,
  pending: readonly string[],
  tools: Tools,
): Promise<void> {
  const { key, policy } = environment;
  await endHold(key, hold, { actor: asked.actor, why: `\`${asked.actor}\` released it.` }, tools);
  await tools.queue.enqueue({ kind: 'reconcile', ...key, reason: `/release by ${asked.actor}` });
  const left = (await tools.records.hold(key))?.message ?? null;
  const view = { kind: 'release' as const, environment: policy.name, pending, left };
  await answer(key.repositoryId, asked, view, 'rocket', tools);
}

/**
 * Has what was rolled back, or lost, dealt with once more: the branch counts as reconciled up to the commit before the
 * change that brought it, and each change after that is planned and decided again. Where no such commit is known, the
 * environment is looked at as on first sight.
 */
export async function forgetChange(
  { key, host, policy }: Environment,
  { commit, pullRequest }: Pick<Hold, 'commit' | 'pullRequest'>,
  tools: Tools,
): Promise<void> {
  let before = commit;
  for (let steps = 0; before !== null && steps < longestChange; steps += 1) {
    const found = await host.commit(before);
    before = found?.firstParent ?? null;
    const landed = before === null ? null : await landedBy(host, { sha: before }, policy.branch);
    if (landed?.number !== pullRequest) break;
  }
  if (before === null) await tools.records.forgetReconciledCommit(key);
  else await tools.records.setReconciledCommit(key, before);
}

/** Commits of one rebased pull request that are looked back over. */
const longestChange = 250;

function audit({ key }: Environment, asked: Asked, pending: readonly string[], tools: Tools): Promise<void> {
  return tools.records.audit({
    ...key,
    pullRequest: asked.number,
    commit: null,
    actor: asked.actor,
    action: 'release-asked',
    migration: null,
    digest: null,
    detail: { migrations: pending },
  });
}
