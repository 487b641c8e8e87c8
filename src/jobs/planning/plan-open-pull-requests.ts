import type { Environment } from '../environment.ts';
import type { Tools } from '../tools.ts';

/** Has the open pull requests into an environment's branch planned again. */
export async function planOpenPullRequests(
  { host, policy }: Pick<Environment, 'host' | 'policy'>,
  reason: string,
  tools: Pick<Tools, 'queue'>,
): Promise<void> {
  const repositoryId = host.repository.id;
  for (const { number } of await host.openPullRequests(policy.branch)) {
    await tools.queue.enqueue({ kind: 'plan', repositoryId, pullRequest: number, reason });
  }
}
