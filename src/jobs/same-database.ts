import type { EnvironmentKey } from '../domain/repository.ts';
import { TargetUnavailable, type TargetState } from '../ports/target.ts';
import type { Environment } from './environment.ts';
import type { Tools } from './tools.ts';

/** `strange`: another than was seen under the address before. `of`: that environment's of the same repository. */
export type WhoseDatabase = 'own' | 'strange' | { readonly of: string };

type Where = Pick<Environment, 'key' | 'settings'>;

/**
 * The first database that is seen under an environment's address is its own, unless another environment has it; where
 * it cannot say which it is, it is.
 */
export async function whoseDatabase(
  environment: Where,
  { identity }: Pick<TargetState, 'identity'>,
  tools: Pick<Tools, 'records' | 'targets'>,
): Promise<WhoseDatabase> {
  if (identity === null) return 'own';
  const of = await sharedWith(environment, identity, tools);
  if (of !== null) return { of };
  const known = await tools.records.targetIdentity(environment.key);
  if (known === null) await tools.records.setTargetIdentity(environment.key, identity);
  return known === null || known === identity ? 'own' : 'strange';
}

/**
 * The other environment of the repository that has that database for its own; null where there is none. The two would
 * write one history.
 */
export async function sharedWith(
  { key, settings }: Where,
  identity: string,
  { records, targets }: Pick<Tools, 'records' | 'targets'>,
): Promise<string | null> {
  const { repositoryId } = key;
  for (const environment of await records.environmentsAt(repositoryId, identity)) {
    const other = { repositoryId, environment };
    if (environment === key.environment || !targets.has(other)) continue;
    if (await isStillAt(other, identity, settings, targets)) return environment;
  }
  return null;
}

/** It may have been given a database of its own since; taken as not, where that cannot be asked. */
async function isStillAt(
  key: EnvironmentKey,
  identity: string,
  settings: Environment['settings'],
  targets: Tools['targets'],
): Promise<boolean> {
  try {
    return (await targets.read(key, settings)).identity === identity;
  } catch (error) {
    if (error instanceof TargetUnavailable) return true;
    throw error;
  }
}
