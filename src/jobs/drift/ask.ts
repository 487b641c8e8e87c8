import type { Drift } from '../../domain/drift.ts';
import { TargetUnavailable } from '../../ports/target.ts';
import type { Environment } from '../environment.ts';
import type { Tools } from '../tools.ts';
import { compareSchemas, type Compared } from './compare-schemas.ts';
import { findingOf } from './look-for-drift.ts';

/** What is there to be done something about, from fresh facts; a sentence where there is nothing. */
export async function comparedNow(
  environment: Environment,
  tools: Tools,
  signal: AbortSignal,
): Promise<{ readonly compared: Compared; readonly drift: Drift } | string> {
  const name = environment.policy.name;
  const compared = await orUnavailable(() => compareSchemas(environment, tools, signal));
  if (typeof compared === 'string') return `\`${name}\` could not be compared with its history. ${compared}`;
  if (compared.kind === 'not-compared') {
    return `\`${name}\` could not be compared with its history. ${compared.why}`;
  }
  const drift = findingOf(environment, compared, tools);
  return drift.kind === 'none'
    ? `The schema of \`${name}\` is what its history says: there is nothing to adopt or to take back.`
    : { compared, drift };
}

/** What a look at a target comes to; where that cannot be used, why, for who asked and waits. */
export async function orUnavailable<T>(look: () => Promise<T>): Promise<T | string> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof TargetUnavailable) return error.message;
    throw error;
  }
}
