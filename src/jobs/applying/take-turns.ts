import { createHash } from 'node:crypto';
import { nextOn } from '../../domain/shared-branch.ts';
import type { Environment } from '../environment.ts';
import { withoutPullRequest } from '../gating/name-of-change.ts';
import { latestPlanIn } from '../planning/latest-plan-in.ts';
import { blobsByName } from '../planning/named-migrations.ts';
import { readSetup } from '../setup.ts';
import type { Tools } from '../tools.ts';
import { announceOutcome } from './announcements.ts';
import type { BranchChange } from './branch-changes.ts';
import { turnOf, waitingWords, type Turn, type Waiting } from './turn.ts';

/** Whether a change of its branch has come to this environment. */
export async function mayTake(environment: Environment, change: BranchChange, tools: Tools): Promise<Turn> {
  const { host, policy } = environment;
  if (policy.after === undefined) return { kind: 'now' };
  const setup = await readSetup(host, tools);
  // It could be read a moment ago: whose turn it is is not known, so it is tried again.
  if (setup.kind === 'broken')
    throw new Error('the configuration can no longer be read; it is looked at again');
  const { commit } = change;
  const taken = { commit, migrations: migrationsOf(environment, change) };
  return turnOf(host, policy, setup.environments, taken, tools);
}

/** Why an environment that is not on hold waits with what its branch holds, in sentences; null where it does not. */
export async function waitsFor({ host, policy }: Environment, tools: Tools): Promise<string | null> {
  const commit = policy.after === undefined ? null : await host.branchHead(policy.branch);
  const setup = commit === null ? null : await readSetup(host, tools);
  if (commit === null || setup?.kind !== 'ready') return null;
  const turn = await turnOf(host, policy, setup.environments, { commit, migrations: [] }, tools);
  return turn.kind === 'now' || turn.why === null ? null : waitingWords(turn);
}

function migrationsOf({ settings }: Environment, { before, after }: BranchChange): readonly string[] {
  const [was, is] = [blobsByName(before, settings), blobsByName(after, settings)];
  return [...new Set([...was.keys(), ...is.keys()])].filter((name) => was.get(name) !== is.get(name));
}

/**
 * Has the pull requests of changes that wait for the environment before this one say so, once for each reason. Where
 * nothing stands in the way but the order nothing is said: it is their turn in a moment.
 */
export async function tellWaiting(
  environment: Environment,
  changes: readonly BranchChange[],
  turn: Waiting,
  tools: Tools,
): Promise<void> {
  if (turn.why === null) return;
  const { key, policy } = environment;
  const message = waitingWords(turn);
  for (const { commit, pullRequest } of changes) {
    const number = pullRequest?.number ?? null;
    const made = number === null ? null : await latestPlanIn(environment, number, tools);
    if (made?.plan.steps.length === 0) continue;
    const said = [key.repositoryId, number ?? withoutPullRequest, `turn of ${policy.name}`] as const;
    const digest = createHash('sha256')
      .update(JSON.stringify([commit, message]))
      .digest('hex');
    if (await tools.records.isSaid(...said, digest)) continue;
    await tools.records.audit({
      ...key,
      pullRequest: number,
      commit,
      actor: 'tidegate',
      action: 'waits-for-turn',
      migration: null,
      digest: made?.plan.digest ?? null,
      detail: { before: turn.before },
    });
    const issue = turn.issue === null ? {} : { issue: turn.issue };
    const told = { status: 'waiting' as const, commit, steps: [], message, ...issue };
    await announceOutcome(environment, number, told, tools);
    await tools.records.noteSaid(...said, digest);
  }
}

/** Notes that an environment had its turn with all that its branch held then, whether it took that or is on hold. */
export async function noteTurn(
  { key, policy }: Environment,
  head: string,
  { records }: Pick<Tools, 'records'>,
): Promise<void> {
  if (policy.beside !== undefined) await records.setLookedAt(key, head);
}

/**
 * Has the environment after this one on its branch looked at, where it has not dealt with all of it: this one was
 * looked at just now, whether it took what there is or not.
 */
export async function passTurn({ key, host, policy }: Environment, tools: Tools): Promise<void> {
  if (policy.beside === undefined) return;
  const head = await host.branchHead(policy.branch);
  const setup = await readSetup(host, tools);
  if (head === null || setup.kind === 'broken') return;
  const next = nextOn(policy, setup.environments);
  if (next === null) return;
  const { repositoryId } = key;
  const after = { repositoryId, environment: next.name };
  if (!tools.targets.has(after) || (await tools.records.reconciledCommit(after)) === head) return;
  await tools.queue.enqueue({
    kind: 'reconcile',
    ...after,
    reason: `${policy.name} was looked at before it`,
  });
}
