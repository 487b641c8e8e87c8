import type { TargetState } from '../ports/target.ts';
import type { Environment } from './environment.ts';
import type { Tools } from './tools.ts';

/** The first database that is seen under an environment's address is its own; where it cannot say which it is, it is. */
export async function isSameDatabase(
  { key }: Environment,
  { identity }: TargetState,
  tools: Tools,
): Promise<boolean> {
  if (identity === null) return true;
  const known = await tools.records.targetIdentity(key);
  if (known === null) await tools.records.setTargetIdentity(key, identity);
  return known === null || known === identity;
}
