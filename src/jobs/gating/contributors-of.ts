import type { Contributor } from '../../domain/gate.ts';
import type { EnvironmentPolicy } from '../../domain/policy.ts';
import type { CodeHost, Contributors, PullRequest } from '../../ports/code-host.ts';
import { pushedContributors, type Landed } from './pushed-contributors.ts';
import { pushersOf } from './pushers.ts';
import type { Freshness } from './rights-of.ts';
import type { Tools } from '../tools.ts';

const nobody = { people: [], complete: true } as const;

/** A change, and the environment that it goes to. */
interface WrittenQuestion {
  readonly policy: Pick<EnvironmentPolicy, 'name' | 'branch'>;
  readonly pullRequest: PullRequest | null;
  readonly landed?: Landed;
}

/** Who wrote in it, and who pushed last. One that the App opened counts as written by whoever asked for it. */
export async function contributorsOf(
  host: CodeHost,
  tools: Pick<Tools, 'records' | 'clock'>,
  { policy, pullRequest, landed }: WrittenQuestion,
  freshness: Freshness,
): Promise<Pick<Contributors, 'people' | 'complete'>> {
  if (pullRequest === null) {
    return landed === undefined
      ? { people: [], complete: false }
      : pushedContributors(host, tools, policy.branch, landed);
  }
  const { heads, ...written } = await host.contributors(
    pullRequest.number,
    freshness === 'kept' && pullRequest.commitCount !== undefined ? pullRequest : undefined,
  );
  const pushers = await pushersOf(host, tools, pullRequest, heads);
  const landing =
    landed?.isOther === true ? await pushedContributors(host, tools, policy.branch, landed) : nobody;
  const found = {
    people: [...written.people, ...pushers, ...landing.people],
    complete: written.complete && landing.complete,
  };
  const key = { repositoryId: host.repository.id, environment: policy.name };
  const [rollback, parts] = await Promise.all([
    tools.records.rollbackRevertedBy(key, pullRequest.number),
    tools.records.partsIn(key.repositoryId, pullRequest.number),
  ]);
  const requesters: readonly Contributor[] =
    rollback === null ? [] : [{ login: rollback.requester, as: 'requester', commit: null }];
  return { people: [...found.people, ...parts, ...requesters], complete: found.complete };
}
