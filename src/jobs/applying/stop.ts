import type { Environment } from '../environment.ts';
import type { Tools } from '../tools.ts';
import { announceOutcome } from './announcements.ts';
import type { BranchChange } from './branch-changes.ts';
import { holdEnvironment, type HoldRequest } from './holds.ts';

/** Puts the environment on hold for a change, whose pull request is told. */
export async function stop(
  environment: Environment,
  change: BranchChange,
  request: HoldRequest,
  tools: Tools,
): Promise<'stopped'> {
  const { key } = environment;
  const standing = await tools.records.hold(key);
  await holdEnvironment(key, request, tools);
  if (standing?.reason === request.reason && standing.commit === request.commit) return 'stopped';
  const told = { status: 'held' as const, commit: change.commit, steps: [], message: request.message };
  await announceOutcome(environment, change.pullRequest?.number ?? null, told, tools);
  return 'stopped';
}
