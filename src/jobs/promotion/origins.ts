import type { Contributor } from '../../domain/gate.ts';
import { environmentsBelow } from '../../domain/promotion-order.ts';
import { TargetUnavailable } from '../../ports/target.ts';
import type { KnownRun } from '../../promote/judge-promotion.ts';
import type { PullRequest } from '../../ports/code-host.ts';
import type { EnvironmentPolicy } from '../../domain/policy.ts';
import type { Environment } from '../environment.ts';
import { contributorsOf } from '../gating/contributors-of.ts';
import { pushOf } from '../gating/pushed-contributors.ts';
import type { Tools } from '../tools.ts';
import type { FoundPromotion } from './find-promotion.ts';
import { knownRuns } from './known-runs.ts';

/** What first brought a migration to any environment, and who wrote it. */
export interface Origin {
  /** Null where no pull request brought it, or none is known. */
  readonly pullRequest: PullRequest | null;
  readonly writers: readonly Contributor[];
  /** Whether these are all who wrote it. */
  readonly isComplete: boolean;
}

interface FirstRun {
  readonly policy: EnvironmentPolicy;
  readonly run: KnownRun;
}

/** Where each of these migrations came from: what brought it to the first environment that ran the same file. */
export async function originsOf(
  environment: Environment,
  { setup, below }: Pick<FoundPromotion, 'setup' | 'below'>,
  migrations: readonly { readonly name: string; readonly checksum: string | null }[],
  tools: Tools,
): Promise<ReadonlyMap<string, Origin>> {
  const { key, settings } = environment;
  const chain = [below, ...environmentsBelow(below.name, setup.environments)].toReversed();
  const first = new Map<string, FirstRun>();
  for (const policy of chain) {
    const where = { repositoryId: key.repositoryId, environment: policy.name };
    if (!tools.targets.has(where)) continue;
    try {
      const { runs } = knownRuns(policy.name, await tools.targets.read(where, settings));
      for (const { name, checksum } of migrations) {
        const run = runs.get(name);
        const isSame = run !== undefined && (checksum === null || run.checksum === checksum);
        if (isSame && !first.has(name)) first.set(name, { policy, run });
      }
    } catch (error) {
      if (!(error instanceof TargetUnavailable)) throw error;
    }
  }
  // Of many migrations of one pull request it is asked once.
  const asked = new Map<string, Promise<Origin>>();
  const found = new Map<string, Origin>();
  for (const [name, { policy, run }] of first) {
    const which = run.pullRequest === null ? `commit ${run.commit ?? ''}` : `#${run.pullRequest}`;
    const origin = asked.get(which) ?? originOf(environment, policy, run, tools);
    asked.set(which, origin);
    found.set(name, await origin);
  }
  return found;
}

async function originOf(
  { host }: Environment,
  policy: EnvironmentPolicy,
  { pullRequest: number, commit }: KnownRun,
  tools: Tools,
): Promise<Origin> {
  const pullRequest = number === null ? null : await host.pullRequest(number);
  if (pullRequest === null && commit === null) return { pullRequest, writers: [], isComplete: false };
  const push = pullRequest === null ? await pushOf(host, tools, policy.branch, commit ?? '') : null;
  const landed = { commit: commit ?? '', since: push?.before ?? null };
  const { people, complete } = await contributorsOf(host, tools, { policy, pullRequest, landed }, 'now');
  return { pullRequest, writers: people, isComplete: complete };
}
