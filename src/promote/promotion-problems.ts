import type { Problem } from '../domain/problem.ts';
import { isReady, type PromotedMigration, type Promotion } from '../domain/promotion.ts';

/** What the sentences are about. */
export interface PromotionPlace {
  /** The environment that is promoted to. */
  readonly environment: string;
  /** The branch of the one that is promoted from. */
  readonly branchBelow: string;
  /** The label that lets a hotfix past; null where the policy knows none. */
  readonly hotfixLabel: string | null;
  /** The migrations' files. */
  readonly paths: ReadonlyMap<string, string>;
}

/** Why a plan may not be promoted, a problem for each migration; what only has to wait comes last. */
export function promotionProblems(promotion: Promotion, place: PromotionPlace): readonly Problem[] {
  const lacking = promotion.migrations.filter((one) => !isReady(one));
  const waiting = lacking.filter(({ standing }) => standing === 'not-soaked');
  const others = lacking.filter(({ standing }) => standing !== 'not-soaked');
  return [...others, ...waiting].map((one) => ({
    code: one.standing === 'not-soaked' ? ('not-soaked' as const) : ('not-promoted' as const),
    message: whyNotReady(one, promotion, place),
    migration: one.migration,
    ...pathOf(one, place),
  }));
}

function pathOf({ migration }: PromotedMigration, { paths }: PromotionPlace): { readonly path?: string } {
  const path = paths.get(migration);
  return path === undefined ? {} : { path };
}

/** Why a migration is not ready for an environment: what was expected, what was found, what to do next. */
export function whyNotReady(one: PromotedMigration, promotion: Promotion, place: PromotionPlace): string {
  const { migration, where, ranAt, soakedAt } = one;
  const { environment, branchBelow, hotfixLabel } = place;
  const { from } = promotion;
  const again = 'this is then planned again by itself';
  const hotfix =
    hotfixLabel === null ? '' : ` What cannot wait for that is let past by the label \`${hotfixLabel}\`.`;
  switch (one.standing) {
    case 'never-ran':
      return (
        `${migration} was expected to run on ${from} before ${environment} takes it, and has never run there. ` +
        `Merge it into \`${branchBelow}\` and have it applied; ${again}.${hotfix}`
      );
    case 'other-content':
      return (
        `${migration} was expected to be the file that ran on ${where}, and its content is another. Take the file ` +
        `as it ran there, or leave it as it ran and put the change into a new migration.`
      );
    case 'failed':
      return (
        `${migration} was expected to run on ${from} before ${environment} takes it; it failed there on ` +
        `${moment(ranAt)} and has not run since. Mend that on \`${branchBelow}\` first; ${again}.`
      );
    case 'rolled-back':
      return (
        `${migration} was expected to stand on ${from} before ${environment} takes it; it was rolled back there on ` +
        `${moment(ranAt)} and has not run since. Have it run there again, or take it out here; ${again}.`
      );
    case 'not-soaked':
      return (
        `${migration} has to stand on ${from} for ${lengthOfTime(promotion.soakMs)} before ${environment} takes it, and ran there on ` +
        `${moment(ranAt)}. Wait until ${moment(soakedAt)}; ${again}.${hotfix}`
      );
    case 'ready':
    case 'ran-above':
    case 'hotfix':
      return `${migration} is ready for ${environment}.`;
  }
}

/** A moment of a record, to the minute. */
export function moment(at: string | null): string {
  return at === null ? 'a day that is not known' : `${at.slice(0, 16).replace('T', ' ')} UTC`;
}

/** A length of time that a file wrote in minutes, hours or days. */
function lengthOfTime(milliseconds: number): string {
  const minutes = Math.round(milliseconds / 60_000);
  if (minutes % 1440 === 0) return counted(minutes / 1440, 'day');
  return minutes % 60 === 0 ? counted(minutes / 60, 'hour') : counted(minutes, 'minute');
}

function counted(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? '' : 's'}`;
}
