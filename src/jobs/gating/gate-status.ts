import type { CodeHost, PullRequest } from '../../ports/code-host.ts';
import type { ReplyView } from '../../report/reply-view.ts';
import { decideNow } from './decide-and-publish.ts';
import { policyOfBase } from './policy-of-base.ts';
import { type Setup } from '../setup.ts';
import type { Tools } from '../tools.ts';

type Gate = NonNullable<Extract<ReplyView, { kind: 'status' }>['gate']>;

/** How the gate of an open pull request stands, from fresh facts; nothing where there is no plan to decide about. */
export async function gateStatus(
  host: CodeHost,
  setup: Extract<Setup, { kind: 'ready' }>,
  pullRequest: PullRequest | null,
  tools: Tools,
): Promise<{ readonly gate?: Gate }> {
  if (pullRequest?.state !== 'open') return {};
  const policy = policyOfBase(host, setup, pullRequest.base);
  if (policy === null) return {};
  const { number, head } = pullRequest;
  const made = await tools.records.planAt(host.repository.id, number, policy.name, head);
  if (made === null) return {};
  const look = { madeAt: made.madeAt, freshness: 'now' as const };
  const { decision } = await decideNow(host, pullRequest, policy, made.plan, setup, tools, look);
  return { gate: { environment: policy.name, decision } };
}
