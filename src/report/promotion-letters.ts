import type { RevertedMigration } from '../domain/promotion.ts';
import { clip, revealLine } from './escape/reveal.ts';
import type { Letter } from './letters.ts';
import { commentLimit, titleLimit } from './limits.ts';
import { listed } from './listed.ts';
import { referencesOf } from './references.ts';
import { fit, type Room } from './room.ts';
import type { Render } from './templates.ts';
import { counted, duration, quoted } from './words.ts';

/** A migration in the changelog of what is proposed. */
export interface PromotionEntry {
  readonly migration: string;
  /** What first brought it anywhere; null where no pull request did, or none is known. */
  readonly pullRequest: { readonly number: number; readonly title: string; readonly author: string } | null;
  /** When and where it ran, as ISO 8601. */
  readonly ranAt: string | null;
  readonly durationMs: number | null;
  readonly where: string;
}

interface AskedOn {
  readonly login: string;
  readonly number: number;
}

export interface PromotionView {
  readonly environment: string;
  readonly from: string;
  /** In the order of running. */
  readonly migrations: readonly PromotionEntry[];
  /** A sentence for each that stays behind. */
  readonly left: readonly string[];
  /** Whether it is the branch below as it is, or just these files. */
  readonly isWhole: boolean;
  /** Null where it is opened by itself. */
  readonly askedBy: AskedOn | null;
}

/** The pull request that promotes one environment's migrations to the next. */
export function promotionPullRequest(render: Render, view: PromotionView): Letter {
  const { environment, from, migrations, left, isWhole, askedBy } = view;
  const count = counted(migrations.length, 'migration');
  return {
    title: clip(`Promote ${revealLine(from)} to ${revealLine(environment)}: ${count}`, titleLimit),
    body: fit(
      commentLimit,
      (room) =>
        render('comments/promotion', {
          references: numbersIn(migrations, askedBy),
          environment: quoted(clip(environment, room.text)),
          from: quoted(clip(from, room.text)),
          count,
          isWhole,
          migrations: listed(
            migrations.map((one) => entryModel(one, room)),
            room,
          ),
          later: listed(
            left.map((sentence) => clip(sentence, room.text)),
            room,
          ),
          askedBy,
        }),
      `This promotes ${count}.\n`,
    ),
  };
}

export interface BringBackView {
  readonly environment: string;
  readonly from: string;
  readonly migrations: readonly RevertedMigration[];
  readonly askedBy: AskedOn;
}

/** The pull request that takes back that migrations were taken out of a branch. */
export function bringBackPullRequest(
  render: Render,
  { environment, from, migrations, askedBy }: BringBackView,
): Letter {
  const names = migrations.map(({ migration }) => revealLine(migration)).join(', ');
  const start = 'Bring back ';
  return {
    title: `${start}${clip(names, titleLimit - start.length)}`,
    body: fit(
      commentLimit,
      (room) =>
        render('comments/bring-back', {
          references: referencesOf(null, askedBy.number, ...migrations.map(({ pullRequest }) => pullRequest)),
          environment: quoted(clip(environment, room.text)),
          from: quoted(clip(from, room.text)),
          migrations: listed(
            migrations.map(({ migration, pullRequest }) => ({
              migration: clip(migration, room.text),
              pullRequest,
            })),
            room,
          ),
          askedBy,
        }),
      'This brings back what was taken out.\n',
    ),
  };
}

export interface FlowDownView {
  /** Where they ran. */
  readonly from: string;
  /** Where they are to go. */
  readonly environment: string;
  readonly migrations: readonly string[];
  /** What brought them there; null where no pull request did. */
  readonly pullRequest: number | null;
}

/** The pull request that brings a hotfix to an environment that comes before the one where it ran. */
export function flowDownPullRequest(
  render: Render,
  { from, environment, migrations, pullRequest }: FlowDownView,
): Letter {
  const start = `Take to ${revealLine(environment)} what ran on ${revealLine(from)}: `;
  return {
    title: `${start}${clip(revealLine(migrations.join(', ')), Math.max(20, titleLimit - start.length))}`,
    body: fit(
      commentLimit,
      (room) =>
        render('comments/flow-down', {
          references: referencesOf(null, pullRequest),
          from: quoted(clip(from, room.text)),
          environment: quoted(clip(environment, room.text)),
          name: clip(revealLine(environment), room.text),
          migrations: listed(
            migrations.map((name) => clip(name, room.text)),
            room,
          ),
          pullRequest,
        }),
      'This takes a hotfix to an earlier environment.\n',
    ),
  };
}

function entryModel(
  { migration, pullRequest, ranAt, durationMs, where }: PromotionEntry,
  room: Room,
): object {
  const time = durationMs === null ? '' : ` in ${duration(durationMs)}`;
  const day = ranAt === null ? '' : ` on ${ranAt.slice(0, 16).replace('T', ' ')} UTC`;
  return {
    migration: clip(migration, room.text),
    ran: `ran on ${quoted(clip(where, room.text))}${day}${time}`,
    pullRequest:
      pullRequest === null
        ? null
        : {
            number: pullRequest.number,
            title: clip(pullRequest.title, room.text),
            author: clip(pullRequest.author, room.text),
          },
  };
}

function numbersIn(migrations: readonly PromotionEntry[], askedBy: AskedOn | null): readonly number[] {
  const numbers = migrations.map(({ pullRequest }) => pullRequest?.number ?? null);
  return referencesOf(null, askedBy?.number ?? null, ...numbers);
}
