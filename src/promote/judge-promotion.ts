import type { PromotedMigration, Promotion } from '../domain/promotion.ts';

/** What an environment knows of one migration that stands in its history. */
export interface KnownRun {
  readonly at: Date;
  /** Null where it ran before Tidegate, or by hand. */
  readonly durationMs: number | null;
  /**
   * SHA-256 of the file that ran; null where that was not recorded. Of what ran by hand, of the file as the branch had
   * it when that was found.
   */
  readonly checksum: string | null;
  readonly pullRequest: number | null;
  /** The commit that brought it; null where it ran before Tidegate, or by hand. */
  readonly commit: string | null;
}

export interface KnownRuns {
  readonly environment: string;
  /** By name. */
  readonly runs: ReadonlyMap<string, KnownRun>;
}

/** How a migration that does not stand in the history ended last. */
export interface LastEnd {
  readonly kind: 'failed' | 'rolled-back';
  readonly at: Date;
}

export interface PromotionFacts {
  /** The environment that is promoted from. */
  readonly below: KnownRuns;
  /** By the clock of its database, which decides: no other one has to be right. */
  readonly now: Date;
  /** Of migrations that do not stand in its history; others have none. */
  readonly ends: ReadonlyMap<string, LastEnd>;
  /** Environments that come later: what ran there flows down. */
  readonly above: readonly KnownRuns[];
  /** In milliseconds. */
  readonly soakMs: number;
  readonly isHotfix: boolean;
}

/** A migration that is to be promoted. */
export interface Candidate {
  readonly migration: string;
  /** SHA-256 of its file. */
  readonly checksum: string;
}

/** How each of these migrations stands where it is promoted from. */
export function judgePromotion(
  candidates: readonly Candidate[],
  facts: PromotionFacts,
): Omit<Promotion, 'reverted'> {
  return {
    from: facts.below.environment,
    asOf: facts.now.toISOString(),
    soakMs: facts.soakMs,
    isHotfix: facts.isHotfix,
    migrations: candidates.map((candidate) => judgeOne(candidate, facts)),
  };
}

function judgeOne(candidate: Candidate, facts: PromotionFacts): PromotedMigration {
  const { below, isHotfix } = facts;
  const run = below.runs.get(candidate.migration);
  if (run !== undefined) return judgeRun(candidate, run, facts);
  const later = facts.above.find(({ runs }) => runs.has(candidate.migration));
  const ran = later?.runs.get(candidate.migration);
  if (later !== undefined && ran !== undefined) {
    const isOther = isOtherThan(candidate, ran);
    return {
      ...ranAs(candidate, later.environment, ran),
      standing: isOther ? 'other-content' : 'ran-above',
    };
  }
  const nothing = {
    migration: candidate.migration,
    where: below.environment,
    ranAt: null,
    durationMs: null,
    isSameContent: null,
    pullRequest: null,
    soakedAt: null,
  };
  const end = facts.ends.get(candidate.migration);
  if (end !== undefined) return { ...nothing, standing: end.kind, ranAt: end.at.toISOString() };
  return { ...nothing, standing: isHotfix ? 'hotfix' : 'never-ran' };
}

function judgeRun(candidate: Candidate, run: KnownRun, facts: PromotionFacts): PromotedMigration {
  const { below, now, soakMs, isHotfix } = facts;
  const ran = ranAs(candidate, below.environment, run);
  if (isOtherThan(candidate, run)) return { ...ran, standing: 'other-content' };
  const soakedAt = new Date(run.at.getTime() + soakMs);
  if (soakedAt.getTime() <= now.getTime()) return { ...ran, standing: 'ready' };
  const waited = { ...ran, soakedAt: soakedAt.toISOString() };
  return { ...waited, standing: isHotfix ? 'hotfix' : 'not-soaked' };
}

function ranAs({ migration, checksum }: Candidate, where: string, run: KnownRun) {
  return {
    migration,
    where,
    ranAt: run.at.toISOString(),
    durationMs: run.durationMs,
    isSameContent: isSameContent(checksum, run),
    pullRequest: run.pullRequest,
    soakedAt: null,
  };
}

/** By hand anything can have run under that name: that the file is as it was then says nothing. */
function isSameContent(checksum: string, run: KnownRun): boolean | null {
  if (run.checksum !== null && run.checksum !== checksum) return false;
  return run.checksum === null || run.commit === null ? null : true;
}

/** What was not recorded may be the same: nobody can tell. */
function isOtherThan({ checksum }: Candidate, run: KnownRun): boolean {
  return run.checksum !== null && run.checksum !== checksum;
}
