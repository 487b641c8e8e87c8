import type { Plan } from '../domain/plan.ts';
import type {
  PromotedMigration,
  Promotion,
  PromotionStanding,
  RevertedMigration,
  TakenBackHere,
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
  /** A sentence for each that had run here before. */
  readonly again: Listed<string>;
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
    again: listed(
      migrations.flatMap((one) => (one.takenBack === undefined ? [] : [clip(againWords(one), room.text)])),
      room,
    ),
    reverted: listed(
      reverted.map((one) => clip(revertedWords(one, environment ?? ''), room.text)),
      room,
    ),
    references: [...migrations, ...migrations.map(({ takenBack }) => takenBack), ...reverted].flatMap(
      numbersIn,
    ),
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

function numbersIn(
  one: Partial<Pick<TakenBackHere, 'pullRequest' | 'asked'>> | undefined,
): readonly number[] {
  return [one?.pullRequest, one?.asked?.number].flatMap((number) => number ?? []);
}

/** What had run here and was rolled back, and runs again by a merge. */
function againWords({ migration, takenBack }: PromotedMigration): string {
  const { pullRequest = null, isSameContent } = takenBack ?? {};
  const where = pullRequest === null ? 'here' : `here in #${pullRequest}`;
  const content =
    isSameContent === undefined
      ? '; what its content was then is not recorded'
      : isSameContent
        ? ', with the content that it had then'
        : ', with other content than it had then';
  return `${quoted(migration)} was rolled back ${where}${whyWords(takenBack)}. Merging this runs it again${content}.`;
}

/** What a merge does not bring back, and what does. */
function revertedWords(one: RevertedMigration, environment: string): string {
  const { migration, pullRequest, isSameContent } = one;
  const where =
    pullRequest === null ? 'was taken out of this branch' : `was reverted here in #${pullRequest}`;
  const opens = `\`/promote ${environment}\` opens the pull request that`;
  if (isSameContent === false) {
    return (
      `${quoted(migration)} ${where}${whyWords(one)}. Its content is another than what ran here then, and Git ` +
      `merges no file that one side changed and the other took out. ${opens} brings it as it is now.`
    );
  }
  const same = isSameContent === true ? ' Its content is what ran here then.' : '';
  return `${quoted(migration)} ${where}${whyWords(one)}, so merging this does not bring it back.${same} ${opens} does.`;
}

function whyWords(taken: TakenBackHere | undefined): string {
  if (taken?.at === undefined) return '';
  const { at, asked, pullRequest } = taken;
  const merged = pullRequest === null ? '' : ', because that took its file out of the branch';
  const why =
    asked === undefined ? merged : `, because ${quoted(asked.login)} asked for it on #${asked.number}`;
  return `, on ${minute(at)}${why}`;
}

function minute(at: string | null): string {
  return at === null ? 'a time that is not known' : `${at.slice(0, 16).replace('T', ' ')} UTC`;
}
