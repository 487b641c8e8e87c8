import type { CodeHost, PullRequest } from '../../ports/code-host.ts';
import type { ReplyView } from '../../report/reply-view.ts';
import { decideNow } from './decide-and-publish.ts';
import { policiesOfBase } from './policy-of-base.ts';
import { type Setup } from '../setup.ts';
import type { Tools } from '../tools.ts';

type Gates = NonNullable<Extract<ReplyView, { kind: 'status' }>['gates']>;

/** How the gates of an open pull request stand, from fresh facts; nothing where there is no plan to decide about. */
export async function gateStatus(
  host: CodeHost,
  setup: Extract<Setup, { kind: 'ready' }>,
  pullRequest: PullRequest | null,
  tools: Tools,
): Promise<{ readonly gates?: Gates }> {
  if (pullRequest?.state !== 'open') return {};
  const { number, head, base } = pullRequest;
  const gates: Gates[number][] = [];
  for (const policy of policiesOfBase(host, setup, base)) {
    const made = await tools.records.planAt(host.repository.id, number, policy.name, head);
    if (made === null) continue;
    const look = { madeAt: made.madeAt, freshness: 'now' as const };
    const { decision } = await decideNow(host, pullRequest, policy, made.plan, setup, tools, look);
    gates.push({ environment: policy.name, decision });
  }
  return gates.length === 0 ? {} : { gates };
}
