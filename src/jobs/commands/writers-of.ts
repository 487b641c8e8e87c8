import type { Environment } from '../environment.ts';
import type { ConfirmationFacts } from '../../gate/decide-confirmation.ts';
import { contributorsOf } from '../gating/contributors-of.ts';
import type { Tools } from '../tools.ts';

/**
 * Who had a part in what a pull request brought, where the policy keeps them from confirming what becomes of it: who
 * wrote and who pushed it, and of one that the App opened who asked for that.
 */
export async function writersOf(
  { host, policy }: Environment,
  number: number | null,
  tools: Pick<Tools, 'records' | 'clock'>,
): Promise<NonNullable<ConfirmationFacts['writers']>> {
  if (policy.separate?.writingAndConfirming !== true || number === null)
    return { people: [], complete: true };
  const pullRequest = await host.pullRequest(number);
  return contributorsOf(host, tools, { policy, pullRequest }, 'now');
}
