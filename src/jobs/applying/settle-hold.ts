import { isForDrift } from '../../domain/hold.ts';
import type { Environment } from '../environment.ts';
import { planOpenPullRequests } from '../planning/plan-open-pull-requests.ts';
import type { Tools } from '../tools.ts';
import { endHold } from './holds.ts';

/** A change that needs nothing, or may run, ends the hold that an earlier decision about it left. */
export async function settleHold(environment: Environment, tools: Tools): Promise<'settled'> {
  const { key } = environment;
  const hold = await tools.records.hold(key);
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
