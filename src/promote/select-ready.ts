import { isReady, type PromotedMigration } from '../domain/promotion.ts';

export interface Selected {
  /** In the order of running. */
  readonly ready: readonly PromotedMigration[];
  readonly left: readonly PromotedMigration[];
}

/**
 * What can be promoted now: everything up to the first that is not ready. What comes after that stays behind it, since
 * the one before could not be run any more once a later one has.
 */
export function selectReady(migrations: readonly PromotedMigration[]): Selected {
  const first = migrations.findIndex((one) => !isReady(one));
  const count = first < 0 ? migrations.length : first;
  return { ready: migrations.slice(0, count), left: migrations.slice(count) };
}
