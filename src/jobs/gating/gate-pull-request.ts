import type { Job } from '../../domain/job.ts';
import type { Plan } from '../../domain/plan.ts';
import type { EnvironmentPolicy } from '../../domain/policy.ts';
import type { CodeHost, PullRequest } from '../../ports/code-host.ts';
import type { PlanRecord } from '../../ports/record-rows.ts';
import type { Tools } from '../tools.ts';
import { announceNothingRan } from '../applying/announcements.ts';
import { decideAndPublish } from './decide-and-publish.ts';
import { environmentOf, type Environment } from '../environment.ts';
import { latestPlanIn } from '../planning/latest-plan-in.ts';
import { outdatedBy } from '../planning/plan-age.ts';
import { planFound } from '../planning/plan-pull-request.ts';
import { hasLabel } from '../promotion/promotion-of.ts';
import { policiesOfBase } from './policy-of-base.ts';
import { reviewGlass } from '../applying/review-glass.ts';
import { environmentsOfBranch, readSetup, type Setup } from '../setup.ts';

/**
 * Decides an open pull request's gate anew; plans it first where its head has no plan, or one that
 * is outdated. A merged one that is held for
 * want of approval is decided again by its environment; of one that was to run nothing, it says that.
 */
export async function gatePullRequest(
  { repositoryId, pullRequest: number, anew = false }: Extract<Job, { kind: 'gate' }>,
  tools: Tools,
  signal: AbortSignal,
): Promise<void> {
  const host = await tools.hosts.recently(repositoryId);
  const pullRequest = (await host?.pullRequest(number)) ?? null;
  if (host === null || pullRequest === null || pullRequest.state === 'closed') return;
  const setup = await readSetup(host, tools);
  if (pullRequest.state === 'merged') return decideMerged(host, pullRequest, setup, tools);
  if (setup.kind === 'broken') {
    await planFound({ host, pullRequest, setup }, tools, signal);
    return;
  }
  const policies = policiesOfBase(host, setup, pullRequest.base);
  const standing = await standingPlans(repositoryId, pullRequest, policies, tools);
  if (standing === null) {
    await planFound({ host, pullRequest, setup }, tools, signal);
    return;
  }
  for (const { policy, made } of standing) {
    const look = { madeAt: made.madeAt, freshness: anew ? ('now' as const) : ('kept' as const) };
    await decideAndPublish(host, pullRequest, policy, made.plan, setup, tools, look);
    await reviewedAfterwards(environmentOf(host, setup, policy), number, tools);
  }
}

interface StandingPlan {
  readonly policy: EnvironmentPolicy;
  readonly made: PlanRecord;
}

/** The plan of each environment that takes it; null where one has none, or one that holds no more. */
async function standingPlans(
  repositoryId: number,
  pullRequest: PullRequest,
  policies: readonly EnvironmentPolicy[],
  { records, clock }: Tools,
): Promise<readonly StandingPlan[] | null> {
  // Where another environment was planned since, reviews would be taken for reviews of that plan.
  const latest = await records.latestPlan(repositoryId, pullRequest.number);
  if (!policies.some(({ name }) => name === latest?.environment)) return policies.length === 0 ? [] : null;
  const standing: StandingPlan[] = [];
  for (const policy of policies) {
    const made = await records.planAt(repositoryId, pullRequest.number, policy.name, pullRequest.head);
    if (made === null || outdatedBy(made, policy, clock()) !== null) return null;
    if (isLabelledAnew(made.plan, policy, pullRequest)) return null;
    standing.push({ policy, made });
  }
  return standing;
}

/** Whether it has become a hotfix since it was planned, or is none any more. */
function isLabelledAnew(
  { promotion }: Plan,
  { hotfix }: EnvironmentPolicy,
  { labels }: PullRequest,
): boolean {
  if (promotion === undefined) return false;
  return promotion.isHotfix !== (hotfix !== undefined && hasLabel(labels, hotfix.label));
}

/** A review of what somebody let through may be the one that was asked for afterwards. */
async function reviewedAfterwards(environment: Environment, number: number, tools: Tools): Promise<void> {
  const { key } = environment;
  const glass = await tools.records.unreviewedGlass(key.repositoryId, number);
  const own = glass.filter((one) => one.environment === key.environment);
  if (own.length > 0) await reviewGlass(environment, own, tools);
}

async function decideMerged(
  host: CodeHost,
  { number, base }: PullRequest,
  setup: Setup,
  tools: Tools,
): Promise<void> {
  if (setup.kind === 'broken') return;
  const repositoryId = host.repository.id;
  const byRules = await heldForRules(repositoryId, number, setup, tools);
  for (const { name: environment } of byRules) {
    const reason = `a review of #${number}`;
    await tools.queue.enqueue({ kind: 'reconcile', repositoryId, environment, reason });
  }
  if (byRules.length > 0) return;
  for (const policy of environmentsOfBranch(setup, base)) {
    await decideMergedIn(environmentOf(host, setup, policy), number, tools);
  }
}

async function decideMergedIn(environment: Environment, number: number, tools: Tools): Promise<void> {
  const { key } = environment;
  await reviewedAfterwards(environment, number, tools);
  const hold = await tools.records.hold(key);
  const isDecidedByIt = hold?.reason === 'not-approved' || hold?.reason === 'not-promoted';
  if (isDecidedByIt && hold.pullRequest === number) {
    return tools.queue.enqueue({ kind: 'reconcile', ...key, reason: `a review or label of #${number}` });
  }
  const latest = await latestPlanIn(environment, number, tools);
  if (latest === null || latest.plan.steps.length > 0 || latest.plan.problems.length > 0) return;
  await announceNothingRan(key, number, null, tools);
}

/** The environments that are on hold since that pull request changed their rules. */
async function heldForRules(
  repositoryId: number,
  number: number,
  { environments }: Extract<Setup, { kind: 'ready' }>,
  { records }: Tools,
): Promise<readonly EnvironmentPolicy[]> {
  const holds = await Promise.all(
    environments.map(({ name }) => records.hold({ repositoryId, environment: name })),
  );
  return environments.filter((_, index) => {
    const hold = holds[index];
    return hold?.reason === 'rules' && hold.pullRequest === number;
  });
}
