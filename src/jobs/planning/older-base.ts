import type { CodeHost, PullRequest } from '../../ports/code-host.ts';
import { isSameTree } from './overlay.ts';
import { environmentsOfBranch, type Setup } from '../setup.ts';
import type { Tools } from '../tools.ts';

/** Whether the folder that a pull request was planned on has changed since. */
export async function isOnOlderBase(
  host: CodeHost,
  setup: Setup,
  pullRequest: PullRequest,
  tools: Pick<Tools, 'records'>,
): Promise<boolean> {
  if (setup.kind === 'broken') return true;
  if (environmentsOfBranch(setup, pullRequest.base).length === 0) return false;
  const made = await tools.records.latestPlan(host.repository.id, pullRequest.number);
  const tip = await host.branchHead(pullRequest.base);
  if (made === null || tip === null || made.base === tip) return made === null;
  const { directory } = setup.settings;
  const [then, now] = await Promise.all([host.list(made.base, directory), host.list(tip, directory)]);
  return !isSameTree(then, now);
}
