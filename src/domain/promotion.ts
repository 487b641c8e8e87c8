/** How a migration stands where it is promoted from. */
export type PromotionStanding =
  /** It ran there with the same content, and has stood there as long as it has to. */
  | 'ready'
  /** It ran with the same content in an environment that comes later: it flows down. */
  | 'ran-above'
  /** A hotfix, which the policy lets past. */
  | 'hotfix'
  /** It ran there, and has not stood there long enough. */
  | 'not-soaked'
  | 'never-ran'
  /** It ran there, or later on, with other content than the file has. */
  | 'other-content'
  /** It failed there and has not run since. */
  | 'failed'
  /** It was rolled back there and has not run since. */
  | 'rolled-back';

export interface PromotedMigration {
  readonly migration: string;
  readonly standing: PromotionStanding;
  /** The environment that the rest is about: the one that is promoted from, or a later one where it ran there alone. */
  readonly where: string;
  /** When it ran there, by the clock of that database, as ISO 8601; null where it has not. */
  readonly ranAt: string | null;
  readonly durationMs: number | null;
  /** Whether what ran is what the file has; null where it has not run, or what ran was not recorded. */
  readonly isSameContent: boolean | null;
  /** The pull request that brought it there. */
  readonly pullRequest: number | null;
  /** When it has stood there long enough, by the same clock, as ISO 8601; null where nothing is waited for. */
  readonly soakedAt: string | null;
  /** Where it had run before and was rolled back, and would run again now. */
  readonly takenBack?: TakenBackHere;
}

/** How a migration was taken back where it is promoted to. */
export interface TakenBackHere {
  /** The pull request that takes its file out of the branch; null where that is not known. */
  readonly pullRequest: number | null;
  /** When its down ran, by the control database's clock, as ISO 8601; absent where none did. */
  readonly at?: string;
  /** Who asked for the rollback, and on which pull request or issue; absent where a merge took it back. */
  readonly asked?: { readonly login: string; readonly number: number };
  /** Whether its file is what ran then; absent where that was not recorded. */
  readonly isSameContent?: boolean;
}

/** A migration that a merge does not bring back, since it was taken out of the branch after it had been merged. */
export interface RevertedMigration extends TakenBackHere {
  readonly migration: string;
}

/** Where the migrations of a plan have run before. */
export interface Promotion {
  /** The environment that is promoted from. */
  readonly from: string;
  /** When it was looked at, by the clock of its database, as ISO 8601. */
  readonly asOf: string;
  /** How long a migration has to have stood there, in milliseconds. */
  readonly soakMs: number;
  /** Whether the pull request bears the label of a hotfix that the policy knows. */
  readonly isHotfix: boolean;
  /** In the order of the steps. */
  readonly migrations: readonly PromotedMigration[];
  readonly reverted: readonly RevertedMigration[];
}

const letThrough: ReadonlySet<PromotionStanding> = new Set(['ready', 'ran-above', 'hotfix']);

/** Whether nothing stands in the way of promoting a migration. */
export function isReady({ standing }: Pick<PromotedMigration, 'standing'>): boolean {
  return letThrough.has(standing);
}

/**
 * How many milliseconds after it was looked at the next migration will have stood long enough; null where none is
 * waited for.
 */
export function soaksIn(promotion: Pick<Promotion, 'asOf' | 'migrations'>): number | null {
  const waits = soakTimes(promotion);
  return waits.length === 0 ? null : Math.min(...waits);
}

/** The same of the last one. */
export function allSoakIn(promotion: Pick<Promotion, 'asOf' | 'migrations'>): number | null {
  const waits = soakTimes(promotion);
  return waits.length === 0 ? null : Math.max(...waits);
}

function soakTimes({ asOf, migrations }: Pick<Promotion, 'asOf' | 'migrations'>): readonly number[] {
  return migrations.flatMap(({ standing, soakedAt }) =>
    standing === 'not-soaked' && soakedAt !== null
      ? [Math.max(0, Date.parse(soakedAt) - Date.parse(asOf))]
      : [],
  );
}
