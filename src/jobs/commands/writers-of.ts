import type { Environment } from '../environment.ts';
import type { ConfirmationFacts } from '../../gate/decide-confirmation.ts';
import { contributorsOf } from '../gating/contributors-of.ts';
import { pushOf } from '../gating/pushed-contributors.ts';
import type { Tools } from '../tools.ts';

/** What was brought to an environment's branch: by a pull request, or by a commit that came without one. */
export interface Brought {
  readonly pullRequest: number | null;
  readonly commit: string;
}

type Writers = NonNullable<ConfirmationFacts['writers']>;

/**
 * Who had a part in what is taken back or run again, where the policy keeps them from confirming that: who wrote and
 * who pushed it, and of a pull request that the App opened who asked for that.
 */
export async function writersOf(
  environment: Environment,
  changes: readonly Brought[],
  tools: Pick<Tools, 'records' | 'clock'>,
): Promise<Writers> {
  if (environment.policy.separate?.writingAndConfirming !== true) return { people: [], complete: true };
  const found = await Promise.all(changes.map((change) => writersOfOne(environment, change, tools)));
  return {
    people: found.flatMap(({ people }) => people),
    complete: found.every(({ complete }) => complete),
  };
}

async function writersOfOne(
  { host, policy }: Environment,
  { pullRequest: number, commit }: Brought,
  tools: Pick<Tools, 'records' | 'clock'>,
): Promise<Writers> {
  const pullRequest = number === null ? null : await host.pullRequest(number);
  const push = pullRequest === null ? await pushOf(host, tools, policy.branch, commit) : null;
  const landed = { commit, since: push?.before ?? null };
  return contributorsOf(host, tools, { policy, pullRequest, landed }, 'now');
}
