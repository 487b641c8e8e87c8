import type { GateFacts } from '../../domain/gate.ts';
import type { Hold } from '../../domain/hold.ts';
import type { Plan } from '../../domain/plan.ts';
import { approversOf, type EnvironmentPolicy } from '../../domain/policy.ts';
import type { ChangeTraits } from '../../domain/traits.ts';
import { isSameLogin } from '../../gate/rights.ts';
import type { CodeHost, PullRequest } from '../../ports/code-host.ts';
import { traitsOf } from './change-traits.ts';
import { codeOwnersOf } from './code-owners.ts';
import { confirmedReviews } from './confirmed-reviews.ts';
import { contributorsOf } from './contributors-of.ts';
import { goneApprovers } from './gone-approvers.ts';
import { nameOfChange } from './name-of-change.ts';
import type { Landed } from './pushed-contributors.ts';
import { reviewsWithPlans } from './reviewed-plans.ts';
import { rightsOf, type Freshness } from './rights-of.ts';
import { configurationPath, rulesRef } from '../setup.ts';
import { standingGlass } from './standing-glass.ts';
import type { Tools } from '../tools.ts';

export interface GateQuestion {
  readonly policy: EnvironmentPolicy;
  readonly plan: Plan;
  /** Null for what reached the branch without a pull request: nobody approved it. */
  readonly pullRequest: PullRequest | null;
  readonly hold: Hold | null;
  readonly endsHold: boolean;
  /** Where it is on the branch already; absent before the merge. */
  readonly landed?: Landed;
  /** When the plan was made; absent where that was just now. */
  readonly madeAt?: Date;
  /** Whether it changes the rules, also where its plan does not say so. */
  readonly changesRules?: boolean;
  /** The commit of the default branch by whose code owners it is decided; absent for those in force. */
  readonly ownersAt?: string;
  /** Whether what was just found out about people and commits is enough; never for what is to be applied. */
  readonly freshness?: Freshness;
}

type FactTools = Pick<Tools, 'records' | 'targets' | 'clock'>;

/** Fetches, freshly, all that the gate asks about one change. */
export async function gatherFacts(
  host: CodeHost,
  tools: FactTools,
  question: GateQuestion,
): Promise<GateFacts> {
  const facts = await factsOfChange(host, tools, question);
  const gone = await goneApprovers(host, facts);
  return gone.length === 0 ? facts : { ...facts, gone };
}

async function factsOfChange(host: CodeHost, tools: FactTools, question: GateQuestion): Promise<GateFacts> {
  const { policy, plan, pullRequest, freshness = 'now' } = question;
  const key = { repositoryId: host.repository.id, environment: policy.name };
  const commit = question.landed?.commit ?? null;
  const number = pullRequest?.number ?? null;
  const letThrough = { key, policy, digest: plan.digest, pullRequest: number, commit };
  const known: GateFacts = {
    policy,
    digest: plan.digest,
    stepCount: plan.steps.length,
    changesRules: question.changesRules ?? plan.configuration !== undefined,
    traits: noTraits,
    owners: [],
    expiredAt: expiryOf(question, tools.clock()),
    problems: plan.problems.map(({ message }) => message),
    head: pullRequest?.head ?? '',
    contributors: [],
    contributorsComplete: true,
    reviews: [],
    people: [],
    hold: question.hold,
    endsHold: question.endsHold,
    mergedBy: pullRequest?.mergedBy ?? null,
    brokenGlass: await standingGlass(host, tools, letThrough),
  };
  if (!policy.protected || (plan.steps.length === 0 && !known.changesRules)) return known;
  const change = {
    key,
    policy: policy.approvals,
    plan,
    pullRequest,
    freshness,
    // Other rules are at the paths where rules are, whichever of them it changes.
    changedRules: known.changesRules ? [configurationPath] : [],
  };
  const traits = await traitsOf(host, tools, change);
  const ownersAt = question.ownersAt ?? (await rulesRef(host, tools));
  const owners = await codeOwnersOf(host, policy.approvals, traits.paths, ownersAt);
  const asked = { ...known, traits, owners };
  // Where nobody reviewed it, who wrote it is of no account.
  const confirmed = await confirmedReviews(tools, key, plan.digest, nameOfChange(number, commit));
  const isUnreviewed = pullRequest === null || pullRequest.reviewCount === 0;
  if (confirmed.length === 0 && isUnreviewed) return asked;
  const [contributors, reviewed] = await Promise.all([
    contributorsOf(host, tools, question, freshness),
    pullRequest === null ? [] : reviewsWithPlans(host, tools, { ...key, beside: policy.beside }, pullRequest),
  ]);
  const reviews = [...reviewed, ...confirmed];
  const bots = policy.approvals.bots ?? [];
  const counted = reviews.filter(({ isBot, login }) => !isBot || bots.some((bot) => isSameLogin(bot, login)));
  const logins = [...new Set(counted.map(({ login }) => login))];
  const subjects = [...approversOf(policy.approvals), ...asked.owners.flatMap(({ owners }) => owners)];
  const people = await Promise.all(logins.map((login) => rightsOf(host, tools, login, subjects, freshness)));
  const { people: writers, complete } = contributors;
  return { ...asked, contributors: writers, contributorsComplete: complete, reviews, people };
}

const noTraits: ChangeTraits = {
  hazards: [],
  tables: [],
  wholeSchemas: [],
  isForeseen: true,
  rows: 0,
  paths: [],
  labels: [],
  authorTeams: [],
  reversibility: [],
  statements: [],
  bringsWaiver: false,
};

/** When the plan grew too old to be approved; null where it has not. */
function expiryOf({ policy, madeAt }: GateQuestion, now: Date): Date | null {
  if (policy.planExpires === undefined || madeAt === undefined) return null;
  const at = new Date(madeAt.getTime() + policy.planExpires);
  return at.getTime() <= now.getTime() ? at : null;
}
