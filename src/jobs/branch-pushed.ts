import type { Job } from '../domain/job.ts';
import type { CodeHost } from '../ports/code-host.ts';
import { isAnyChanged } from './changed-files.ts';
import { isOnOlderBase } from './planning/older-base.ts';
import { settleRules } from './ruling/settle-rules.ts';
import { environmentsOfBranch, readSetup, rulingFiles, type Setup } from './setup.ts';
import type { Tools } from './tools.ts';

/**
 * A branch moved. Its environment is reconciled; open pull requests into it are planned again where the
 * migrations they were planned on are others now; a push to the default branch, which may change the rules,
 * has every environment looked at, and pull requests whose plan or gate was made under other rules done anew.
 */
export async function branchPushed(
  { repositoryId, branch, before }: Extract<Job, { kind: 'push' }>,
  tools: Tools,
): Promise<void> {
  if (tools.branches.isOther(repositoryId, branch)) return;
  const host = await tools.hosts.forRepository(repositoryId);
  if (host === null) return;
  const isDefault = branch === host.repository.defaultBranch;
  const hasMoved = isDefault && (await settleRules(host, tools)).hasMoved;
  const setup = await readSetup(host, tools);
  if (!isDefault && setup.kind === 'ready' && environmentsOfBranch(setup, branch).length === 0) return;
  if (setup.kind === 'ready') {
    for (const { name, branch: environmentBranch } of setup.environments) {
      if (environmentBranch !== branch && !isDefault) continue;
      if (!tools.targets.has({ repositoryId, environment: name })) continue;
      await tools.queue.enqueue({
        kind: 'reconcile',
        repositoryId,
        environment: name,
        reason: `${branch} moved`,
      });
    }
  }
  const rulesMoved = hasMoved || (isDefault && (await isConfigurationMoved(host, setup, before)));
  for (const pullRequest of await host.openPullRequests(rulesMoved ? undefined : branch)) {
    if (!rulesMoved && !(await isOnOlderBase(host, setup, pullRequest, tools))) continue;
    const reason = `${branch} moved`;
    await tools.queue.enqueue({ kind: 'plan', repositoryId, pullRequest: pullRequest.number, reason });
  }
}

/** Whether a push changed what decides how plans are made; taken as so where the commit before it is not known. */
async function isConfigurationMoved(host: CodeHost, setup: Setup, before: string | null): Promise<boolean> {
  if (before === null) return true;
  const paths = rulingFiles(setup.kind === 'ready' ? setup.environments : []);
  return isAnyChanged(host, paths, before, host.repository.defaultBranch);
}
