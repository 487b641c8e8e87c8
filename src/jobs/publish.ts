import type { Decision } from '../domain/gate.ts';
import type { Hold } from '../domain/hold.ts';
import type { Plan } from '../domain/plan.ts';
import type { EnvironmentPolicy } from '../domain/policy.ts';
import type { CodeHost, PullRequest } from '../ports/code-host.ts';
import { stickyMarker } from '../report/sticky-marker.ts';
import type { Outcome } from './announcements.ts';
import type { Tools } from './tools.ts';

export interface PullRequestNews {
  readonly pullRequest: PullRequest;
  readonly policy: EnvironmentPolicy;
  readonly plan: Plan | null;
  readonly decision: Decision | null;
  readonly hold: Hold | null;
  readonly outcome: Outcome | null;
  /** As in the comment's view. */
  readonly guards?: readonly string[];
}

/** Shows an open pull request's plan and decision: both check runs, and the one comment. */
export async function publishPullRequest(
  host: CodeHost,
  tools: Tools,
  news: PullRequestNews & { readonly plan: Plan; readonly decision: Decision },
): Promise<void> {
  const { pullRequest, policy, plan, decision } = news;
  const wholeUrl = tools.planUrl(plan.digest);
  const planCheck = tools.reports.planCheck({ environment: policy.name, plan, wholeUrl });
  const gateCheck = tools.reports.gateCheck({ environment: policy.name, decision, hold: news.hold });
  const common = { head: pullRequest.head, ...(wholeUrl === null ? {} : { detailsUrl: wholeUrl }) };
  await host.reportCheck({ name: `tidegate / plan (${policy.name})`, ...common, ...planCheck });
  await host.reportCheck({
    name: `tidegate / gate (${policy.name})`,
    ...common,
    annotations: [],
    actions: [],
    ...gateCheck,
  });
  await publishComment(host, tools, news);
}

/** Writes the pull request's one comment, in place where it stands already. */
export async function publishComment(host: CodeHost, tools: Tools, news: PullRequestNews): Promise<void> {
  const { number, base, head, author } = news.pullRequest;
  const body = tools.reports.stickyComment({
    repositoryId: host.repository.id,
    pullRequest: { number, base, head, author },
    environment: news.policy.name,
    protected: news.policy.protected,
    plan: news.plan,
    decision: news.decision,
    hold: news.hold,
    outcome: news.outcome,
    ...(news.guards === undefined ? {} : { guards: news.guards }),
    wholeUrl: news.plan === null ? null : tools.planUrl(news.plan.digest),
  });
  const repositoryId = host.repository.id;
  const known = await tools.records.stickyComment(repositoryId, number);
  if (known !== null && (await host.updateComment(known, body))) return;
  const found = await host.findComment(number, stickyMarker(repositoryId, number));
  if (found !== null && found !== known && (await host.updateComment(found, body))) {
    return tools.records.setStickyComment(repositoryId, number, found);
  }
  await tools.records.setStickyComment(repositoryId, number, await host.comment(number, body));
}
