import type { EnvironmentPolicy } from '../domain/policy.ts';
import type { PullRequest } from '../ports/code-host.ts';
import { strictestPolicy } from './setup.ts';
import type { Tools } from './tools.ts';

/**
 * What rules a pull request while the configuration cannot be read: an administrator. Its checks keep the name that
 * they had: under another one, those that its branch requires would stay as green as they were.
 */
export async function unruledPolicy(
  repositoryId: number,
  { number, base }: Pick<PullRequest, 'number' | 'base'>,
  { records }: Pick<Tools, 'records'>,
): Promise<EnvironmentPolicy> {
  const made = await records.latestPlan(repositoryId, number);
  return { ...strictestPolicy(base), name: made?.environment ?? base };
}
