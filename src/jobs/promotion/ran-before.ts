import type { GoneRun } from '../../domain/history.ts';
import type { Plan } from '../../domain/plan.ts';
import type { EnvironmentPolicy } from '../../domain/policy.ts';
import { readChecksums } from '../../migrations/read.ts';
import type { CodeHost, PullRequest } from '../../ports/code-host.ts';
import type { Change } from '../planning/change.ts';
import { readFolder } from '../planning/read-folder.ts';
import type { Setup } from '../setup.ts';
import type { Tools } from '../tools.ts';
import { isFromBelow } from './find-promotion.ts';
import { notBroughtBack } from './not-brought-back.ts';
import type { PromotionQuestion } from './promotion-of.ts';
import { takenBackHere, takenOutBy } from './taken-back-here.ts';

/** A pull request that may promote something. */
interface Promoting {
  readonly host: CodeHost;
  readonly pullRequest: PullRequest;
  readonly policy: EnvironmentPolicy;
  readonly setup: Extract<Setup, { kind: 'ready' }>;
}

/** What it comes to, and what ran once on its environment and is in the history no more. */
interface Found {
  readonly plan: Plan;
  readonly change: Change;
  readonly gone: readonly GoneRun[];
}

/**
 * Of what a pull request brings, what had run on its environment and was taken back there; and what was taken back
 * there and a merge does not bring, though its branch holds it.
 */
export async function ranBefore(
  { host, pullRequest, policy, setup }: Promoting,
  { plan, change, gone }: Found,
  tools: Pick<Tools, 'records' | 'cache'>,
): Promise<Required<Pick<PromotionQuestion, 'reverted' | 'takenBack'>>> {
  if (policy.promotesFrom === null) return { reverted: [], takenBack: new Map() };
  const { settings } = setup;
  const key = { repositoryId: host.repository.id, environment: policy.name };
  const left = notBroughtBack(change, settings, isFromBelow(pullRequest.headBranch, policy, setup));
  const files = readFolder(change.head, settings).files.filter(({ name }) => left.includes(name));
  const brought = plan.steps.filter(({ direction }) => direction === 'up');
  const checksums = new Map([
    ...(files.length === 0 ? [] : await readChecksums(host, files, tools.cache)),
    ...brought.map(({ migration, checksum }) => [migration, checksum] as const),
  ]);
  const compared = { checksums, gone };
  const names = brought.map(({ migration }) => migration);
  return {
    reverted: await takenOutBy(key, left, tools, compared),
    takenBack: await takenBackHere(key, names, tools, compared),
  };
}
