import type { EnvironmentPolicy } from '../../domain/policy.ts';
import { soaksIn } from '../../domain/promotion.ts';
import type { PlanRecord } from '../../ports/record-rows.ts';

/**
 * Why a plan has to be made again though nothing was pushed, for who asks for it; null where it has not. A waiver
 * that ended is no part of the new plan's digest any more, so what was approved with it falls.
 */
export function outdatedBy(
  { plan, madeAt }: Pick<PlanRecord, 'plan' | 'madeAt'>,
  { planExpires }: Pick<EnvironmentPolicy, 'planExpires'>,
  now: Date,
): string | null {
  const today = now.toISOString().slice(0, 10);
  if (plan.hazards.some(({ waiver }) => waiver !== undefined && waiver.until < today)) {
    return 'a waiver in its plan has ended';
  }
  const age = now.getTime() - madeAt.getTime();
  const soaksInMs = plan.promotion === undefined ? null : soaksIn(plan.promotion);
  if (soaksInMs !== null && age >= soaksInMs) {
    return 'a migration of it has stood long enough where it is promoted from';
  }
  return planExpires !== undefined && age >= planExpires ? 'its plan is too old to be approved' : null;
}
