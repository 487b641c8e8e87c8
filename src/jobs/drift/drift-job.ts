import type { EnvironmentKey } from '../../domain/repository.ts';
import { TargetUnavailable } from '../../ports/target.ts';
import type { DriftRecord } from '../../ports/record-rows.ts';
import { announce } from '../applying/announcements.ts';
import { findEnvironment, type Environment } from '../environment.ts';
import type { Tools } from '../tools.ts';
import { lookForDrift } from './look-for-drift.ts';

/** Looks at one environment; a database that is away is looked at by the next sweep. */
export async function lookAtDrift(key: EnvironmentKey, tools: Tools, signal: AbortSignal): Promise<void> {
  const environment = await findEnvironment(key, tools);
  if (environment === null) return;
  try {
    const { record } = await lookForDrift(environment, tools, signal);
    if (record !== null) await tellAgain(environment, record, tools);
  } catch (error) {
    if (!(error instanceof TargetUnavailable)) throw error;
    tools.log.debug({ ...key, error: error.message }, 'a database could not be compared with its history');
  }
}

/** What stays is told of again where somebody closed its issue: it closes by itself once the drift is gone. */
async function tellAgain(
  { host, key }: Environment,
  { finding, issue }: DriftRecord,
  tools: Tools,
): Promise<void> {
  if (finding.kind !== 'drift' || issue === null || (await host.isIssueOpen(issue))) return;
  await announce(key.repositoryId, { kind: 'drift', environment: key.environment }, tools);
}
