import type { Hold, HoldReason } from '../domain/hold.ts';
import { driftSection } from './drift-section.ts';
import type { DriftView } from './drift-view.ts';
import { clip, revealLine } from './escape/reveal.ts';
import { holdLines } from './hold-lines.ts';
import { commentLimit, titleLimit } from './limits.ts';
import { listed } from './listed.ts';
import { referencesOf } from './references.ts';
import { fit } from './room.ts';
import type { Render } from './templates.ts';
import { quoted } from './words.ts';

/** An issue or a pull request that the App opens. */
export interface Letter {
  readonly title: string;
  readonly body: string;
}

export interface AlertView {
  readonly environment: string;
  readonly hold: Hold;
  /** The environments that share its branch, come after it, and wait for it; in their order. */
  readonly waiting: readonly string[];
}

const holdTitles: Readonly<Record<HoldReason, string>> = {
  'not-approved': 'a change was merged that nobody was allowed to run',
  'not-promoted': 'a change was merged that is not ready to be promoted',
  'apply-failed': 'a migration failed',
  'target-moved': 'something changes its database each time that it is tried',
  'in-doubt': 'it is not known whether a migration was committed',
  'rolled-back': 'a rollback waits for its revert',
  removed: 'applied migrations are gone from the branch',
  'another-database': 'another database answers than before',
  'history-lost': 'what ran is no longer in the history of the database',
  'history-mismatch': 'the branch and the history of the database disagree',
  rules: 'its rules were changed, and nobody who was to agree has',
  drift: 'its schema is not what its history says',
  asked: 'somebody asked for it',
};

/** Where no migration is named, none was tried: the target is away, or the plan is red as a whole; or the branch is gone. */
function titleOf({ reason, migrations }: Hold): string {
  if (reason === 'removed' && migrations.length === 0) return 'its branch is gone';
  return reason === 'apply-failed' && migrations.length === 0
    ? 'nothing can be run on it now'
    : holdTitles[reason];
}

/** The issue that tells a team that an environment is on hold. */
export function alertIssue(render: Render, { environment, hold, waiting }: AlertView): Letter {
  const name = clip(revealLine(environment), 60);
  return {
    title: `${name} is on hold: ${titleOf(hold)}`,
    body: fit(
      commentLimit,
      (room) =>
        render('comments/alert', {
          references: referencesOf(hold),
          environment: quoted(name),
          ...holdLines(hold, room),
          migrations: listed(
            hold.migrations.map((migration) => clip(migration, room.text)),
            room,
          ),
          waiting: waitingWords(waiting, room.text),
          commit: hold.commit?.slice(0, 10) ?? null,
          pullRequest: hold.pullRequest,
          since: hold.since.toISOString().slice(0, 16).replace('T', ' '),
        }),
      `${quoted(name)} is on hold.\n`,
    ),
  };
}

/** Who waits, in a sentence; empty where nobody does. */
function waitingWords(names: readonly string[], most: number): string {
  if (names.length === 0) return '';
  const wait =
    names.length === 1
      ? 'waits for it, and goes on by itself'
      : 'wait for it, and go on by themselves, in their order,';
  return `${clip(names.map(quoted).join(', '), most)} ${wait} once this is settled here.`;
}

/** The issue that tells a team that an environment has drifted. */
export function driftIssue(render: Render, view: DriftView): Letter {
  const name = clip(revealLine(view.environment), 60);
  return {
    title: `${name} has drifted: its schema is not what its history says`,
    body: fit(
      commentLimit,
      (room) => render('comments/drift', driftSection(view, room)),
      `${quoted(name)} has drifted.\n`,
    ),
  };
}

export interface GlassView {
  readonly environment: string;
  /** Null where the change came without one. */
  readonly pullRequest: number | null;
  readonly login: string;
  readonly why: string;
  /** Whether they wrote in it as well. */
  readonly isAuthor: boolean;
  readonly digest: string;
  readonly at: Date;
  /** What the review wants, a sentence. */
  readonly needs: string;
}

/** The issue that asks for a review of what somebody let through. */
export function glassIssue(render: Render, view: GlassView): Letter {
  const name = clip(revealLine(view.environment), 60);
  const where = view.pullRequest === null ? '' : ` by #${view.pullRequest}`;
  return {
    title: `Review afterwards: the glass of ${name} was broken${where}`,
    body: fit(
      commentLimit,
      (room) =>
        render('comments/glass', {
          references: [view.pullRequest ?? 0],
          environment: quoted(name),
          pullRequest: view.pullRequest,
          login: quoted(view.login),
          why: clip(view.why, room.text),
          isAuthor: view.isAuthor,
          digest: view.digest.slice(0, 12),
          at: view.at.toISOString().slice(0, 16).replace('T', ' '),
          needs: clip(view.needs, room.text),
        }),
      `The glass of ${quoted(name)} was broken.\n`,
    ),
  };
}

export interface RevertView {
  readonly environment: string;
  /** The pull request that is taken back, where it is one as a whole. */
  readonly pullRequest: { readonly number: number; readonly title: string } | null;
  /** Where it was asked for. */
  readonly askedOn: number;
  /** Newest first. */
  readonly migrations: readonly string[];
  /** What an earlier rollback took back, which had no revert, and where that was asked for; newest first. */
  readonly before: readonly { readonly migration: string; readonly askedOn: number | null }[];
  readonly requester: string;
  readonly confirmedBy: readonly string[];
}

export interface OfferView {
  readonly environment: string;
  /** What it takes back, newest first. */
  readonly migrations: readonly string[];
  readonly withoutDown: readonly string[];
  readonly askedOn: number;
  readonly requester: string;
}

/** The pull request with a migration that takes others back which have no down. */
export function offeredPullRequest(render: Render, view: OfferView): Letter {
  const start = 'Undo ';
  return {
    title: `${start}${clip(revealLine(view.migrations.join(', ')), titleLimit - start.length)}`,
    body: fit(
      commentLimit,
      (room) =>
        render('comments/offer', {
          references: referencesOf(null, view.askedOn),
          environment: quoted(clip(view.environment, room.text)),
          migrations: listed(
            view.migrations.map((name) => clip(name, room.text)),
            room,
          ),
          withoutDown: withoutDownWords(view.withoutDown, room.text),
          askedOn: view.askedOn,
          requester: view.requester,
        }),
      `This takes back what was asked for on #${view.askedOn}.\n`,
    ),
  };
}

export interface AdoptingView {
  readonly environment: string;
  readonly askedOn: number;
  readonly requester: string;
}

/** The pull request with a migration that says what a database has already. */
export function adoptingPullRequest(render: Render, view: AdoptingView): Letter {
  const name = clip(revealLine(view.environment), 60);
  return {
    title: `Adopt what was changed in ${name} by hand`,
    body: fit(
      commentLimit,
      (room) =>
        render('comments/adopt', {
          references: referencesOf(null, view.askedOn),
          environment: quoted(clip(view.environment, room.text)),
          askedOn: view.askedOn,
          requester: view.requester,
        }),
      `This adopts what was changed by hand, as asked for on #${view.askedOn}.\n`,
    ),
  };
}

/** The beginning of a sentence: which are. */
export function withoutDownWords(names: readonly string[], most: number): string {
  return `${clip(names.map(quoted).join(', '), most)} ${names.length === 1 ? 'is' : 'are'}`;
}

/** The pull request that takes rolled-back migrations out of the branch. */
export function revertPullRequest(render: Render, view: RevertView): Letter {
  const { pullRequest, migrations } = view;
  const title = revealLine(pullRequest?.title ?? migrations.join(', '));
  const start = pullRequest === null ? 'Take back ' : `Take back #${pullRequest.number}: `;
  return {
    title: `${start}${clip(title, titleLimit - start.length)}`,
    body: fit(
      commentLimit,
      (room) =>
        render('comments/revert', {
          references: referencesOf(null, pullRequest?.number ?? null, view.askedOn),
          environment: quoted(clip(view.environment, room.text)),
          pullRequest: pullRequest?.number ?? null,
          askedOn: view.askedOn,
          title: clip(title, room.text),
          migrations: listed(
            migrations.map((name) => clip(name, room.text)),
            room,
          ),
          before: listed(
            view.before.map(({ migration, askedOn }) => ({ migration: clip(migration, room.text), askedOn })),
            room,
          ),
          requester: view.requester,
          confirmedBy: listed(view.confirmedBy, room),
        }),
      `This takes back what was asked for on #${view.askedOn}.\n`,
    ),
  };
}
