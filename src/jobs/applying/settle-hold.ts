import { isForDrift, type HoldReason } from '../../domain/hold.ts';
import type { Environment } from '../environment.ts';
import { planOpenPullRequests } from '../planning/plan-open-pull-requests.ts';
import type { Tools } from '../tools.ts';
import { endHold } from './holds.ts';

/** A change that needs nothing, or may run, ends the hold that an earlier decision about it left. */
export async function settleHold(environment: Environment, tools: Tools): Promise<'settled'> {
  return settleUnless(null, environment, tools);
}

/**
 * The same before a change is run. Whether the target stays still for it is not known yet: a hold for that stands until
 * it has run, or it would end and begin again at each look.
 */
export function settleBeforeRun(environment: Environment, tools: Tools): Promise<'settled'> {
  return settleUnless('target-moved', environment, tools);
}

async function settleUnless(
  kept: HoldReason | null,
  environment: Environment,
  tools: Tools,
): Promise<'settled'> {
  const { key } = environment;
  const hold = await tools.records.hold(key);
  // One that somebody asked for lies beneath: that has to stand again first.
  if (hold?.reason === kept && hold.beneath === undefined) return 'settled';
  if (hold !== null && hold.reason !== 'asked' && !isForDrift(hold)) {
    await endHold(
      key,
      hold,
      { actor: 'tidegate', why: 'the gate allows what was held, or it is gone from the branch.' },
      tools,
    );
    await planOpenPullRequests(environment, `the hold on ${environment.policy.name} ended`, tools);
    // Beneath what was said wrongly to be there, the database can be another all the same.
    if (hold.reason === 'drift') await tools.queue.enqueue({ kind: 'drift', ...key });
  }
  return 'settled';
}
