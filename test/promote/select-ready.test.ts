import { expect, it } from 'vitest';
import type { PromotedMigration, PromotionStanding } from '../../src/domain/promotion.ts';
import { selectReady } from '../../src/promote/select-ready.ts';

function standing(...all: readonly PromotionStanding[]): readonly PromotedMigration[] {
  return all.map((one, at) => ({
    migration: `000${at + 1}`,
    standing: one,
    where: 'qa',
    ranAt: null,
    durationMs: null,
    isSameContent: null,
    pullRequest: null,
    soakedAt: null,
  }));
}

it.each<readonly [readonly PromotionStanding[], number]>([
  [[], 0],
  [['ready', 'ready'], 2],
  [['ready', 'failed', 'ready'], 1],
  [['not-soaked', 'ready'], 0],
  [['ran-above', 'hotfix', 'never-ran'], 2],
])('of %j the first %i can be promoted, since no later one runs before an earlier one', (all, count) => {
  const { ready, left } = selectReady(standing(...all));
  expect(ready).toHaveLength(count);
  expect([...ready, ...left].map((one) => one.standing)).toEqual(all);
});
