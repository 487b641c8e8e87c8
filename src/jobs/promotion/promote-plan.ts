import type { Plan } from '../../domain/plan.ts';
import type { Tools } from '../tools.ts';
import { promotionOf, type Promoted, type PromotionQuestion, type PromotionTarget } from './promotion-of.ts';

/** A plan with where its migrations have run before, red where its environment does not take them. */
export async function promotePlan(
  plan: Plan,
  target: PromotionTarget,
  question: Omit<PromotionQuestion, 'candidates'>,
  tools: Pick<Tools, 'records' | 'targets'>,
): Promise<Plan> {
  const { promotion, problems } = await promotionOfPlan(plan, target, question, tools);
  return {
    ...plan,
    ...(promotion === null ? {} : { promotion }),
    problems: [...plan.problems, ...problems],
  };
}

/**
 * Where the migrations that a plan brings have run before. What it takes back is promoted from nowhere, and what it
 * adopts has happened there already.
 */
export function promotionOfPlan(
  { steps }: Plan,
  target: PromotionTarget,
  question: Omit<PromotionQuestion, 'candidates'>,
  tools: Pick<Tools, 'records' | 'targets'>,
): Promise<Promoted> {
  const candidates = steps.filter(({ direction, adopts }) => direction === 'up' && adopts !== true);
  return promotionOf(target, { candidates, ...question }, tools);
}
