import type { Contributor, Decision, GateFacts } from '../../domain/gate.ts';
import type { EnvironmentPolicy } from '../../domain/policy.ts';
import { decide } from '../../gate/decide.ts';
import type { GlassRecord } from '../../ports/record-rows.ts';
import { announce } from './announcements.ts';
import { policyFor, type Environment } from '../environment.ts';
import { gatherFacts } from '../gating/gate-facts.ts';
import { nameOfChange } from '../gating/name-of-change.ts';
import type { Tools } from '../tools.ts';

/** Closes the reviews afterwards that enough have agreed to; gives what the rest still want. */
export async function reviewGlass(
  environment: Environment,
  records: readonly GlassRecord[],
  tools: Tools,
): Promise<readonly Decision[]> {
  const found: FoundReview[] = [];
  for (const record of records) found.push({ record, facts: await reviewFacts(environment, record, tools) });
  return closeReviewed(environment, found, tools);
}

/** A review afterwards, and what it is decided by. */
export interface FoundReview {
  readonly record: GlassRecord;
  readonly facts: GateFacts | null;
}

/** As `reviewGlass`, of what was found out just now. */
export async function closeReviewed(
  environment: Environment,
  found: readonly FoundReview[],
  tools: Tools,
): Promise<readonly Decision[]> {
  const open: Decision[] = [];
  for (const { record, facts } of found) {
    const decision = facts === null ? null : decide(facts);
    if (decision?.status === 'allowed') await endReview(environment, record, tools);
    else if (decision !== null) open.push(decision);
  }
  return open;
}

/**
 * What a review afterwards is decided by: the same rules, with nobody's word counting but what was said since. Null
 * where the plan is no longer known.
 */
export async function reviewFacts(
  environment: Environment,
  record: GlassRecord,
  tools: Tools,
): Promise<GateFacts | null> {
  const { host, key } = environment;
  const made = await tools.records.planByDigest(key, record.digest);
  if (made === null) return null;
  const pullRequest = record.pullRequest === null ? null : await host.pullRequest(record.pullRequest);
  const commit = pullRequest === null ? (record.usedFor ?? made.head) : null;
  const since = commit === null ? null : ((await host.commit(commit))?.firstParent ?? null);
  const facts = await gatherFacts(host, tools, {
    policy: reviewPolicy(policyFor(environment, made.plan)),
    plan: made.plan,
    pullRequest,
    hold: null,
    endsHold: false,
    ...(commit === null ? {} : { landed: { commit, since } }),
  });
  const breaker: Contributor = { login: record.login, as: 'glass-breaker', commit: null };
  const isSince = ({ submittedAt }: { readonly submittedAt: Date }): boolean => submittedAt >= record.at;
  return {
    ...facts,
    contributors: [...facts.contributors, breaker],
    reviews: facts.reviews.filter(isSince),
    mergedBy: null,
    brokenGlass: null,
  };
}

/** Where nobody approves a change beforehand, somebody still looks at what was done out of the window. */
function reviewPolicy(policy: EnvironmentPolicy): EnvironmentPolicy {
  if (policy.protected) return policy;
  const required = Math.max(1, policy.approvals.required);
  return { ...policy, protected: true, approvals: { ...policy.approvals, required } };
}

/** The name under which confirmations of it are kept. */
export function changeOf({ pullRequest, usedFor }: GlassRecord, head: string): string {
  return nameOfChange(pullRequest, usedFor ?? head);
}

async function endReview({ key }: Environment, record: GlassRecord, tools: Tools): Promise<void> {
  await tools.records.updateGlass({ ...record, reviewedAt: tools.clock() });
  await tools.records.audit({
    ...key,
    pullRequest: record.pullRequest,
    commit: record.usedFor,
    actor: 'tidegate',
    action: 'glass-reviewed',
    migration: null,
    digest: record.digest,
    detail: { login: record.login, why: record.why },
  });
  if (record.issue === null) return;
  const body = tools.reports.reply({ kind: 'glass-reviewed', environment: key.environment });
  await announce(key.repositoryId, { kind: 'close-alert', issue: record.issue, body }, tools);
}
