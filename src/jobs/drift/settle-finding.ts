import { driftPolicyOf, type Drift } from '../../domain/drift.ts';
import { isForDrift } from '../../domain/hold.ts';
import type { DriftRecord } from '../../ports/record-rows.ts';
import { announce } from '../applying/announcements.ts';
import { endHold, holdEnvironment, type HoldRequest } from '../applying/holds.ts';
import type { Environment } from '../environment.ts';
import { planOpenPullRequests } from '../planning/plan-open-pull-requests.ts';
import type { Tools } from '../tools.ts';
import { inWords } from '../rollback/schema-of.ts';

/** Does what follows from a finding, each thing once: tells of it, and holds the environment or lets it go. */
export async function settleFinding(
  environment: Environment,
  before: DriftRecord | null,
  now: DriftRecord,
  tools: Tools,
): Promise<void> {
  const was = before?.finding.kind === 'drift' ? before.finding : null;
  const is = now.finding.kind === 'drift' ? now.finding : null;
  // What could not be compared says nothing; an issue from before that waits until it can be.
  const isGone = now.finding.kind === 'none' && (was !== null || now.issue !== null);
  if (isGone || (is !== null && was?.digest !== is.digest)) await tellOf(environment, is, now, tools);
  await settleDriftHold(environment, now, tools);
}

async function tellOf(
  environment: Environment,
  drift: Drift | null,
  { issue }: DriftRecord,
  tools: Tools,
): Promise<void> {
  const { key } = environment;
  const { repositoryId, environment: name } = key;
  await tools.records.audit({
    ...key,
    pullRequest: null,
    commit: null,
    actor: 'tidegate',
    action: drift === null ? 'drift-gone' : 'drifted',
    migration: null,
    digest: drift?.digest ?? null,
    detail: { objects: (drift?.changes ?? []).map((one) => `${one.change} ${one.kind} ${one.name}`) },
  });
  if (drift !== null) await announce(repositoryId, { kind: 'drift', environment: name }, tools);
  else if (issue !== null) {
    const body = tools.reports.reply({ kind: 'drift-gone', environment: name });
    await tools.records.setDriftIssue(key, null);
    await announce(repositoryId, { kind: 'close-alert', issue, body }, tools);
  }
  const reason = drift === null ? `the drift of ${name} is gone` : `${name} has drifted`;
  await planOpenPullRequests(environment, reason, tools);
}

/** Holds an environment for its drift where the rules say so, and ends such a hold where nothing is left to hold it for. */
export async function settleDriftHold(
  environment: Environment,
  { finding, released }: DriftRecord,
  tools: Tools,
): Promise<void> {
  const { key, policy } = environment;
  const hold = await tools.records.hold(key);
  const holds =
    finding.kind === 'drift' && driftPolicyOf(policy).policy === 'hold' && finding.digest !== released;
  if (holds && (hold === null || isForDrift(hold))) {
    const { commit = null, pullRequest = null } = hold ?? {};
    const request = driftHold(environment, finding, { commit, pullRequest });
    if (hold?.message !== request.message) await holdEnvironment(key, request, tools);
    return;
  }
  if (holds || hold === null || !isForDrift(hold) || finding.kind === 'not-compared') return;
  const why =
    finding.kind === 'none'
      ? 'the database is what its history says again.'
      : 'the rules, or somebody, let it pass.';
  await endHold(key, hold, { actor: 'tidegate', why }, tools);
  await planOpenPullRequests(environment, `the hold on ${policy.name} ended`, tools);
  await tools.queue.enqueue({ kind: 'reconcile', ...key, reason: 'its drift is settled' });
}

/** The hold of an environment that has drifted. */
export function driftHold(
  { policy }: Pick<Environment, 'policy'>,
  { changes }: Pick<Drift, 'changes'>,
  about: Pick<HoldRequest, 'commit' | 'pullRequest'>,
): HoldRequest {
  return {
    reason: 'drift',
    message: `The schema of \`${policy.name}\` is not what its history says: ${inWords(changes)} ${changes.length === 1 ? 'differs' : 'differ'}. It was changed past Tidegate.`,
    migrations: [],
    ...about,
  };
}
