import type { RightsScope } from '../../domain/job.ts';
import { policiesOfBase } from './policy-of-base.ts';
import { readSetup } from '../setup.ts';
import type { Tools } from '../tools.ts';

/**
 * People's rights have changed: what is known of them is forgotten, and the gate of every open pull request into an
 * environment's branch is decided again, as is what an environment is on hold for want of.
 */
export async function decideOnNewRights(of: RightsScope, tools: Tools): Promise<void> {
  for (const repositoryId of await repositoriesIn(of, tools)) await decideIn(repositoryId, tools);
}

async function repositoriesIn(of: RightsScope, { hosts }: Tools): Promise<readonly number[]> {
  if ('repositoryId' in of) return [of.repositoryId];
  const owner = of.organisation.toLowerCase();
  const all = await hosts.repositories();
  return all.filter((one) => !one.archived && one.owner.toLowerCase() === owner).map(({ id }) => id);
}

async function decideIn(repositoryId: number, tools: Tools): Promise<void> {
  await tools.records.forgetPeople(repositoryId);
  const host = await tools.hosts.forRepository(repositoryId);
  if (host === null) return;
  const setup = await readSetup(host, tools);
  if (setup.kind === 'broken') return;
  const reason = 'what people may do has changed';
  for (const { number, base } of await host.openPullRequests()) {
    const isAsked = policiesOfBase(host, setup, base).some((policy) => policy.protected);
    // Where nothing else asks anybody, a change of the rules does.
    if (!isAsked && base !== host.repository.defaultBranch) continue;
    await tools.queue.enqueue({ kind: 'gate', repositoryId, pullRequest: number, reason, anew: true });
  }
  for (const { name: environment } of setup.environments) {
    const hold = await tools.records.hold({ repositoryId, environment });
    if (hold?.reason !== 'not-approved' && hold?.reason !== 'rules') continue;
    await tools.queue.enqueue({ kind: 'reconcile', repositoryId, environment, reason });
  }
}
