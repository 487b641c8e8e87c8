import type { EnvironmentPolicy } from '../../domain/policy.ts';
import type { EnvironmentKey } from '../../domain/repository.ts';
import type { PlanRecord } from '../../ports/record-rows.ts';
import type { Tools } from '../tools.ts';

/** GitHub gives times in whole seconds, rounded down. */
const secondMs = 1000;

/** An environment, and the others of its branch, whose plans stand beside its own. */
export type PlannedKey = EnvironmentKey & { readonly beside?: EnvironmentPolicy['beside'] | undefined };

/**
 * The plan that stood at a commit when something was written on GitHub: that is what its writer can have seen. Null
 * where there was none, or where it was another environment's.
 */
export function planWhenWritten(
  { records }: Pick<Tools, 'records'>,
  { repositoryId, environment, beside }: PlannedKey,
  { number, head }: { readonly number: number; readonly head: string },
  writtenAt: Date,
): Promise<PlanRecord | null> {
  const until = new Date(writtenAt.getTime() + secondMs);
  return records.planSeenAt(repositoryId, number, environment, head, until, beside);
}
