import type { EnvironmentKey } from '../../domain/repository.ts';
import { TargetUnavailable } from '../../ports/target.ts';
import { findEnvironment } from '../environment.ts';
import type { Tools } from '../tools.ts';
import { lookForDrift } from './look-for-drift.ts';

/** Looks at one environment; a database that is away is looked at by the next sweep. */
export async function lookAtDrift(key: EnvironmentKey, tools: Tools, signal: AbortSignal): Promise<void> {
  const environment = await findEnvironment(key, tools);
  if (environment === null) return;
  try {
    await lookForDrift(environment, tools, signal);
  } catch (error) {
    if (!(error instanceof TargetUnavailable)) throw error;
    tools.log.debug({ ...key, error: error.message }, 'a database could not be compared with its history');
  }
}
