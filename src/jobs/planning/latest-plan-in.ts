import type { PlanRecord } from '../../ports/record-rows.ts';
import type { Environment } from '../environment.ts';
import type { Tools } from '../tools.ts';

/** The newest plan of a pull request: on a branch of several environments that environment's own. */
export function latestPlanIn(
  { key, policy }: Pick<Environment, 'key' | 'policy'>,
  pullRequest: number,
  { records }: Pick<Tools, 'records'>,
): Promise<PlanRecord | null> {
  const environment = policy.beside === undefined ? undefined : policy.name;
  return records.latestPlan(key.repositoryId, pullRequest, environment);
}
