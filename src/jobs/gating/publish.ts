import type { Decision } from '../../domain/gate.ts';
import type { Hold } from '../../domain/hold.ts';
import type { Plan } from '../../domain/plan.ts';
import type { EnvironmentPolicy } from '../../domain/policy.ts';
import {
  ConversationLocked,
  type CheckReport,
  type CodeHost,
  type PullRequest,
} from '../../ports/code-host.ts';
import type { RulesView } from '../../report/rules-view.ts';
import { stickyMarker } from '../../report/sticky-marker.ts';
import type { StickyPlace } from '../../ports/record-rows.ts';
import type { Outcome } from '../applying/announcements.ts';
import { commentPlace, placeOfComment } from './retire-comments.ts';
import { sayOnce } from './said.ts';
import type { Tools } from '../tools.ts';

export interface PullRequestNews {
  readonly pullRequest: PullRequest;
  readonly policy: EnvironmentPolicy;
  readonly plan: Plan | null;
  readonly decision: Decision | null;
  readonly hold: Hold | null;
  /** Approvals that counted once and do not any more, a sentence each. */
  readonly fallen?: readonly string[];
  readonly outcome: Outcome | null;
  /** As in the comment's view. */
  readonly guards?: readonly string[];
  /** The same. */
  readonly rules?: RulesView;
  /** Whether it has its checks alone, and a comment only where one stands that would not be true any more. */
  readonly isQuiet?: boolean;
}

/**
 * Shows an open pull request's plan and decision: both check runs, and the one comment. What stands there unchanged is
 * left where `mayStand`: after a new plan all is told again, since its checks were shown as running.
 */
export async function publishPullRequest(
  host: CodeHost,
  tools: Tools,
  news: PullRequestNews & { readonly plan: Plan; readonly decision: Decision },
  mayStand = false,
): Promise<void> {
  const { pullRequest, policy, plan, decision } = news;
  const wholeUrl = tools.planUrl({ repositoryId: host.repository.id, environment: policy.name }, plan.digest);
  const planCheck = tools.reports.planCheck({ environment: policy.name, plan, wholeUrl });
  const gateCheck = tools.reports.gateCheck({ environment: policy.name, decision, hold: news.hold });
  const common = { head: pullRequest.head, ...(wholeUrl === null ? {} : { detailsUrl: wholeUrl }) };
  const reports: readonly CheckReport[] = [
    { name: `tidegate / plan (${policy.name})`, ...common, ...planCheck },
    { name: `tidegate / gate (${policy.name})`, ...common, annotations: [], actions: [], ...gateCheck },
  ];
  // None needs what another is answered. All are waited for, lest a second attempt tells the same beside the first.
  const told = [
    ...reports.map((report) => {
      const place = { repositoryId: host.repository.id, pullRequest: pullRequest.number, name: report.name };
      return sayOnce(tools, place, report, mayStand, () => host.reportCheck(report));
    }),
    ...(news.isQuiet === true && !(await hasComment(host, tools, news))
      ? []
      : [publishComment(host, tools, news, mayStand)]),
  ];
  await Promise.allSettled(told);
  await Promise.all(told);
}

async function hasComment(
  host: CodeHost,
  { records }: Tools,
  { pullRequest: { number }, policy }: PullRequestNews,
): Promise<boolean> {
  return (await records.stickyComment(host.repository.id, number, placeOfComment(policy))) !== null;
}

/** Writes the one comment that an environment has on a pull request, in place where it stands already. */
export async function publishComment(
  host: CodeHost,
  tools: Tools,
  news: PullRequestNews,
  mayStand = false,
): Promise<void> {
  const { number, base, head, author } = news.pullRequest;
  const key = { repositoryId: host.repository.id, environment: news.policy.name };
  const body = tools.reports.stickyComment({
    repositoryId: key.repositoryId,
    pullRequest: { number, base, head, author },
    environment: news.policy.name,
    ...(news.policy.after === undefined ? {} : { after: news.policy.after }),
    ...(news.policy.beside === undefined ? {} : { isShared: true }),
    protected: news.policy.protected,
    plan: news.plan,
    decision: news.decision,
    hold: news.hold,
    fallen: news.fallen ?? [],
    outcome: news.outcome,
    ...(news.guards === undefined ? {} : { guards: news.guards }),
    ...(news.rules === undefined ? {} : { rules: news.rules }),
    wholeUrl: news.plan === null ? null : tools.planUrl(key, news.plan.digest),
  });
  const sticky = placeOfComment(news.policy);
  const place = { repositoryId: host.repository.id, pullRequest: number, name: commentPlace(sticky) };
  await sayOnce(tools, place, body, mayStand, () => writeComment(host, tools, { number, sticky }, body));
}

async function writeComment(
  host: CodeHost,
  { records }: Tools,
  { number, sticky }: { readonly number: number; readonly sticky: StickyPlace },
  body: string,
): Promise<void> {
  const repositoryId = host.repository.id;
  const known = await records.stickyComment(repositoryId, number, sticky);
  if (known !== null && (await host.updateComment(known, body))) return;
  const found = await host.findComment(number, stickyMarker(repositoryId, number, sticky));
  if (found !== null && found !== known && (await host.updateComment(found, body))) {
    return records.setStickyComment(repositoryId, number, sticky, found);
  }
  try {
    await records.setStickyComment(repositoryId, number, sticky, await host.comment(number, body));
  } catch (error) {
    // Its checks say the same.
    if (!(error instanceof ConversationLocked)) throw error;
  }
}
