import type { Hold } from '../../domain/hold.ts';
import type { EnvironmentPolicy } from '../../domain/policy.ts';
import { nextOn } from '../../domain/shared-branch.ts';
import type { EnvironmentKey } from '../../domain/repository.ts';
import type { CodeHost } from '../../ports/code-host.ts';
import { readSetup } from '../setup.ts';
import type { Tools } from '../tools.ts';

/**
 * The environments that wait on their branch for one that is on hold, and go on by themselves once it is through, in
 * their order. Who waits for one that is on hold itself waits for that.
 */
export async function whoWaitsFor(
  host: CodeHost,
  { repositoryId, environment }: EnvironmentKey,
  hold: Hold,
  tools: Tools,
): Promise<readonly string[]> {
  const setup = await readSetup(host, tools);
  const environments = setup.kind === 'ready' ? setup.environments : [];
  const own = environments.find(({ name }) => name === environment);
  const waiting: string[] = [];
  for (let next = own && nextOn(own, environments); next; next = nextOn(next, environments)) {
    const key = { repositoryId, environment: next.name };
    const goesOn = next.goesOn === true && waiting.length === 0;
    if (goesOn || !tools.targets.has(key) || (await isHeld(key, next, hold, tools))) break;
    waiting.push(next.name);
  }
  return waiting;
}

/** Rules that nobody agreed to hold whatever is protected, one after the other. */
async function isHeld(
  key: EnvironmentKey,
  policy: EnvironmentPolicy,
  { reason }: Hold,
  { records }: Pick<Tools, 'records'>,
): Promise<boolean> {
  return (reason === 'rules' && policy.protected) || (await records.hold(key)) !== null;
}
