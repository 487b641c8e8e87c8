import { endHold } from '../applying/holds.ts';
import type { Setup } from '../setup.ts';
import type { Tools } from '../tools.ts';
import { followNewNames } from './new-names.ts';

/**
 * Ends the holds of environments that the rules in force know no more: nobody looks at those, who could end them. What
 * has another name now takes its hold along. It is done when the rules change, and by each sweep, since the process can
 * end in between, and a target be away that may be the same under another name.
 */
export async function endHoldsOfGone(repositoryId: number, setup: Setup, tools: Tools): Promise<void> {
  if (setup.kind === 'broken') return;
  if (!(await followNewNames(repositoryId, setup, tools))) return;
  const known = new Set(setup.environments.map(({ name }) => name));
  for (const environment of await tools.records.heldEnvironments(repositoryId)) {
    if (known.has(environment)) continue;
    const key = { repositoryId, environment };
    const why = 'the rules, which were agreed to, name it no more, so that nothing is run there.';
    // One that was asked for can lie beneath another.
    for (let hold = await tools.records.hold(key); hold !== null; hold = await tools.records.hold(key))
      await endHold(key, hold, { actor: 'tidegate', why }, tools);
  }
}
