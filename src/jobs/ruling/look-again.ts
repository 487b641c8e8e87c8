import type { CodeHost } from '../../ports/code-host.ts';
import { readSetup } from '../setup.ts';
import type { Tools } from '../tools.ts';

/** Has everything dealt with anew that goes by the rules: every environment, and every open pull request. */
export async function lookAgain(host: CodeHost, reason: string, tools: Tools): Promise<void> {
  await reconcileAll(host, reason, tools);
  const repositoryId = host.repository.id;
  for (const { number } of await host.openPullRequests()) {
    await tools.queue.enqueue({ kind: 'plan', repositoryId, pullRequest: number, reason });
  }
}

/** Has every environment looked at. */
export async function reconcileAll(host: CodeHost, reason: string, tools: Tools): Promise<void> {
  const setup = await readSetup(host, tools);
  if (setup.kind === 'broken') return;
  const repositoryId = host.repository.id;
  for (const { name: environment } of setup.environments) {
    if (!tools.targets.has({ repositoryId, environment })) continue;
    await tools.queue.enqueue({ kind: 'reconcile', repositoryId, environment, reason });
  }
}
