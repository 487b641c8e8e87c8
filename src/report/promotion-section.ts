import type { Plan } from '../domain/plan.ts';
import type {
  PromotedMigration,
  Promotion,
  PromotionStanding,
  RevertedMigration,
} from '../domain/promotion.ts';
import { clip } from './escape/reveal.ts';
import { listed, type Listed } from './listed.ts';
import type { Room } from './room.ts';
import { duration, quoted } from './words.ts';

export interface PromotionRow {
  readonly mark: string;
  readonly migration: string;
  readonly standing: string;
  readonly ran: string;
  readonly took: string;
  readonly content: string;
}

/** Where the migrations of a plan have run before. */
export interface PromotionSection {
  readonly from: string;
  readonly migrations: Listed<PromotionRow>;
  /** A sentence each. */
  readonly reverted: Listed<string>;
  /** The pull requests that it names. */
  readonly references: readonly number[];
}

export function promotionSection({ promotion, environment }: Plan, room: Room): PromotionSection | null {
  if (promotion === undefined) return null;
  const { migrations, reverted } = promotion;
  return {
    from: quoted(clip(promotion.from, room.text)),
    migrations: listed(
      migrations.slice(0, room.items).map((one) => rowOf(one, promotion, room)),
      room,
      migrations.length,
    ),
    reverted: listed(
      reverted.map((one) => clip(revertedWords(one, environment ?? ''), room.text)),
      room,
    ),
    references: [...migrations, ...reverted].flatMap(({ pullRequest }) => pullRequest ?? []),
  };
}

const marks: Readonly<Record<PromotionStanding, string>> = {
  ready: '✅',
  'ran-above': '✅',
  hotfix: '🚑',
  'not-soaked': '⏳',
  'never-ran': '❌',
  'other-content': '❌',
  failed: '❌',
  'rolled-back': '❌',
};

function rowOf(one: PromotedMigration, promotion: Promotion, room: Room): PromotionRow {
  return {
    mark: marks[one.standing],
    migration: clip(one.migration, room.text),
    standing: clip(standingWords(one, promotion), room.text),
    ran: ranWords(one),
    took: one.durationMs === null ? '–' : duration(one.durationMs),
    content: contentWords(one),
  };
}

function standingWords({ standing, where, soakedAt, ranAt }: PromotedMigration, { from }: Promotion): string {
  switch (standing) {
    case 'ready':
      return 'ready';
    case 'ran-above':
      return `ran on ${quoted(where)} already, and flows down`;
    case 'hotfix':
      return ranAt === null ? `a hotfix: it has not run on ${quoted(from)}` : 'a hotfix: it does not wait';
    case 'not-soaked':
      return `waits until ${minute(soakedAt)}`;
    case 'never-ran':
      return 'has never run there';
    case 'other-content':
      return `ran on ${quoted(where)} with other content`;
    case 'failed':
      return 'failed there, and has not run since';
    case 'rolled-back':
      return 'was rolled back there, and has not run since';
  }
}

function ranWords({ standing, ranAt, pullRequest }: PromotedMigration): string {
  if (ranAt === null || standing === 'failed' || standing === 'rolled-back') return '–';
  return `${minute(ranAt)}${pullRequest === null ? '' : ` (#${pullRequest})`}`;
}

function contentWords({ isSameContent, standing, ranAt }: PromotedMigration): string {
  if (isSameContent !== null) return isSameContent ? 'the same' : 'another';
  return ranAt === null || standing === 'failed' || standing === 'rolled-back' ? '–' : 'not recorded';
}

/** What a merge does not bring back, and what does. */
function revertedWords({ migration, pullRequest }: RevertedMigration, environment: string): string {
  const where =
    pullRequest === null ? 'was taken out of this branch' : `was reverted here in #${pullRequest}`;
  return `${quoted(migration)} ${where}, so merging this does not bring it back. \`/promote ${environment}\` opens the pull request that does.`;
}

function minute(at: string | null): string {
  return at === null ? 'a time that is not known' : `${at.slice(0, 16).replace('T', ' ')} UTC`;
}
