import { checkNames, type CheckName } from '../domain/branch-guards.ts';
import type { EnvironmentPolicy } from '../domain/policy.ts';
import type { CodeHost, PullRequest } from '../ports/code-host.ts';
import { announce, announceKept } from './applying/announcements.ts';
import { hasNoIssue } from './applying/holds.ts';
import { isTargetAstray } from './applying/pass-target.ts';
import { environmentOf, type Environment } from './environment.ts';
import { outdatedBy } from './planning/plan-age.ts';
import { isOnOlderBase } from './planning/older-base.ts';
import { policiesOfBase } from './gating/policy-of-base.ts';
import { endHoldsOfGone } from './ruling/holds-of-gone.ts';
import { lookAgain, reconcileAll } from './ruling/look-again.ts';
import { settleRules } from './ruling/settle-rules.ts';
import { readSetup, strictestPolicy, type Setup } from './setup.ts';
import type { Tools } from './tools.ts';
import { mayBeUnheard } from './gating/unheard.ts';

/** GitHub sends a delivery again for three days ("Redelivering webhooks"); a command is known by its comment for ever. */
const deliveriesKeptMs = 7 * 24 * 3600_000;

/** Most pushes belong to no pull request; GitHub lists those of older ones. */
const pushesKeptMs = 180 * 24 * 3600_000;

/** Queues a sweep of every repository that the App is installed on. */
export async function sweepAll(starting: boolean, tools: Tools): Promise<void> {
  await tools.records.forgetDeliveries(new Date(tools.clock().getTime() - deliveriesKeptMs));
  await tools.records.forgetPushes(new Date(tools.clock().getTime() - pushesKeptMs));
  for (const { id, archived } of await tools.hosts.repositories()) {
    if (!archived) await tools.queue.enqueue({ kind: 'sweep', repositoryId: id, starting });
  }
}

/**
 * Catches up on what no webhook told: other rules, environments whose branch has moved on or that are on hold, open pull requests
 * whose head lacks this App's checks or whose plan is outdated, gates of those to which something may have happened,
 * and groups of merge queues without these checks.
 */
export async function sweepRepository(repositoryId: number, starting: boolean, tools: Tools): Promise<void> {
  const host = await tools.hosts.forRepository(repositoryId);
  if (host === null || host.repository.archived) return;
  await announceKept(repositoryId, tools);
  const { dispute, hasMoved } = await settleRules(host, tools);
  if (hasMoved) await lookAgain(host, 'the sweep found other rules', tools);
  else if (dispute !== null) await reconcileAll(host, 'the sweep found other rules', tools);
  const setup = await readSetup(host, tools);
  if (setup.kind === 'broken') return sweepGroups(host, (base) => [strictestPolicy(base)], tools);
  await endHoldsOfGone(repositoryId, setup, tools);
  for (const policy of setup.environments) {
    const { name } = policy;
    // Looked at here, so that a plan seldom has to ask.
    await tools.guards.amiss(host, policy);
    const key = { repositoryId, environment: name };
    if (!tools.targets.has(key)) continue;
    const hold = await tools.records.hold(key);
    if (hold !== null && hasNoIssue(hold)) {
      await announce(repositoryId, { kind: 'alert', environment: name }, tools);
    }
    if (await needsALook(environmentOf(host, setup, policy), tools)) {
      await tools.queue.enqueue({
        kind: 'reconcile',
        ...key,
        reason: 'the sweep found it other than its branch',
      });
    } else if (starting) {
      await tools.queue.enqueue({ kind: 'warm', ...key });
    }
    await tools.queue.enqueue({ kind: 'drift', ...key });
  }
  for (const pullRequest of await host.openPullRequests()) {
    const policies = policiesOfBase(host, setup, pullRequest.base);
    if (policies.length > 0) await catchUpOn(host, pullRequest, policies, setup, tools);
  }
  await sweepGroups(host, (base) => policiesOfBase(host, setup, base), tools);
}

async function sweepGroups(
  host: CodeHost,
  policiesOf: (base: string) => readonly EnvironmentPolicy[],
  tools: Tools,
): Promise<void> {
  for (const group of await host.mergeGroups()) {
    const names = checkNamesOf(policiesOf(group.base));
    if (names.length === 0 || (await host.hasChecks(group.head, names))) continue;
    await tools.queue.enqueue({ kind: 'merge-group', repositoryId: host.repository.id, group });
  }
}

async function catchUpOn(
  host: CodeHost,
  pullRequest: PullRequest,
  policies: readonly EnvironmentPolicy[],
  setup: Extract<Setup, { kind: 'ready' }>,
  tools: Tools,
): Promise<void> {
  const about = { repositoryId: host.repository.id, pullRequest: pullRequest.number };
  const stale = await staleBy(host, pullRequest, policies, tools);
  if (stale !== null) return tools.queue.enqueue({ kind: 'plan', ...about, reason: stale });
  if (!(await mayBeUnheard(pullRequest, policies, about.repositoryId, tools))) return;
  if (await isOnOlderBase(host, setup, pullRequest, tools)) {
    return tools.queue.enqueue({ kind: 'plan', ...about, reason: 'the sweep found its base moved' });
  }
  const reason = 'the sweep found that something may have happened to it';
  await tools.queue.enqueue({ kind: 'gate', ...about, reason, anew: true });
}

/** Why a pull request is to be planned again; null where its checks stand and its plans still hold. */
async function staleBy(
  host: CodeHost,
  { number, head }: Pick<PullRequest, 'number' | 'head'>,
  policies: readonly EnvironmentPolicy[],
  { records, clock }: Tools,
): Promise<string | null> {
  if (!(await host.hasChecks(head, checkNamesOf(policies)))) return 'the sweep found it without checks';
  for (const policy of policies) {
    const made = await records.planAt(host.repository.id, number, policy.name, head);
    const why = made === null ? null : outdatedBy(made, policy, clock());
    if (why !== null) return why;
  }
  return null;
}

function checkNamesOf(policies: readonly EnvironmentPolicy[]): readonly CheckName[] {
  return policies.flatMap(({ name }) => checkNames(name));
}

/** Whether its branch has moved, it is on hold, or its target is not what it was left as. */
async function needsALook(environment: Environment, tools: Tools): Promise<boolean> {
  const { host, key, policy, settings } = environment;
  const [head, from, hold] = await Promise.all([
    host.branchHead(policy.branch),
    tools.records.reconciledCommit(key),
    tools.records.hold(key),
  ]);
  // A hold can be over without the branch having a new head: the branch was put back, the target answers again.
  if (head !== from || hold !== null) return true;
  if (head === null) return false;
  return isTargetAstray(
    environment,
    { from, head, folder: await host.list(head, settings.directory) },
    tools,
  );
}
