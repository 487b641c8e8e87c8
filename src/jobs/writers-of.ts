import type { Environment } from './environment.ts';
import type { ConfirmationFacts } from '../gate/decide-confirmation.ts';

/** Who wrote a pull request, where the policy keeps them from confirming what becomes of it. */
export async function writersOf(
  { host, policy }: Environment,
  pullRequest: number | null,
): Promise<NonNullable<ConfirmationFacts['writers']>> {
  if (policy.separate?.writingAndConfirming !== true || pullRequest === null)
    return { people: [], complete: true };
  return host.contributors(pullRequest);
}
