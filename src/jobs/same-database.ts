import type { EnvironmentKey } from '../domain/repository.ts';
import { TargetUnavailable, type TargetState } from '../ports/target.ts';
import type { Environment } from './environment.ts';
import { readSetup } from './setup.ts';
import type { Tools } from './tools.ts';

/** `strange`: another than was seen under the address before. `of`: that environment's of the same repository. */
export type WhoseDatabase = 'own' | 'strange' | { readonly of: string };

type Where = Pick<Environment, 'key' | 'host' | 'settings'>;

type SameTools = Pick<Tools, 'records' | 'targets' | 'databasesOf' | 'memory' | 'branches'>;

/** What tells a database from others at the moment. */
type Seen = Pick<TargetState, 'identity' | 'startedAt'>;

/**
 * The first database that is seen under an environment's address is its own, unless another environment has it; where
 * it cannot say which it is, it is.
 */
export async function whoseDatabase(
  environment: Where,
  seen: Seen,
  tools: SameTools,
): Promise<WhoseDatabase> {
  const { identity } = seen;
  if (identity === null) return 'own';
  const of = await sharedWith(environment, seen, tools);
  if (of !== null) return { of };
  const known = await tools.records.targetIdentity(environment.key);
  if (known === null) await tools.records.setTargetIdentity(environment.key, identity);
  return known === null || known === identity ? 'own' : 'strange';
}

/**
 * The other environment of the repository that has that database for its own, and had it first; null where there is
 * none. The two would write one history. One that the rules know no more writes nothing: it may be the same one under
 * the name that it had.
 */
export async function sharedWith(
  { key, host, settings }: Where,
  seen: Seen,
  tools: SameTools,
): Promise<string | null> {
  const { repositoryId } = key;
  const { records, targets } = tools;
  if (seen.identity === null) return null;
  for (const environment of await records.environmentsAt(repositoryId, seen.identity)) {
    if (environment === key.environment) return null;
    const other = { repositoryId, environment };
    if (!targets.has(other) || !(await isStillAt(other, seen, settings, targets))) continue;
    const setup = await readSetup(host, tools);
    if (setup.kind === 'broken' || setup.environments.some(({ name }) => name === environment)) {
      return environment;
    }
  }
  return null;
}

/**
 * It may have been given a database of its own since; taken as not, where that cannot be asked. A physical copy of a
 * server has its identifier and its databases' names: what runs is told apart by when it was started.
 */
async function isStillAt(
  key: EnvironmentKey,
  { identity, startedAt }: Seen,
  settings: Environment['settings'],
  targets: Tools['targets'],
): Promise<boolean> {
  try {
    const there = await targets.read(key, settings);
    return there.identity === identity && there.startedAt === startedAt;
  } catch (error) {
    if (error instanceof TargetUnavailable) return true;
    throw error;
  }
}
