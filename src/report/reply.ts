import { commandHelp } from './command-help.ts';
import { decisionLines } from './decision-lines.ts';
import { driftSection } from './drift-section.ts';
import { clip } from './escape/reveal.ts';
import { commentLimit } from './limits.ts';
import type { RevertedMigration } from '../domain/promotion.ts';
import { cutToRoom, type CodeSection } from './code-section.ts';
import { listed } from './listed.ts';
import { unevenMigrations } from './migration-table.ts';
import { withoutDownWords } from './letters.ts';
import { planBody } from './plan-body.ts';
import { referencesOf } from './references.ts';
import type { ReleasePreview, ReplyView, RevertPreview, RollbackPreview, StatusRow } from './reply-view.ts';
import { fit, type Room } from './room.ts';
import { stateWords } from './status-words.ts';
import type { Render } from './templates.ts';
import { counted, either, quoted, subjectWords } from './words.ts';

/** The comment that answers a command, within GitHub's limit. */
export function reply(render: Render, view: ReplyView): string {
  return fit(
    commentLimit,
    (room) => render(`comments/reply-${view.kind}`, replyModel(view, room)),
    'The answer is too long for a comment.\n',
  );
}

function replyModel(view: ReplyView, room: Room): object {
  switch (view.kind) {
    case 'refused':
      return { references: [], command: `/${view.command}`, reason: clip(view.reason, room.text) };
    case 'mistake':
      return { references: [], line: clip(view.line, 200), message: clip(view.message, room.text) };
    case 'help':
      return { references: [], commands: commandHelp };
    case 'status':
      return {
        references: [
          ...view.environments.flatMap(({ hold, drift, waitsFor }) =>
            referencesOf(hold, drift?.issue ?? null, waitsFor?.issue ?? null),
          ),
          ...view.migrations.flatMap(({ places }) =>
            referencesOf(null, ...Object.values(places).map(({ pullRequest }) => pullRequest)),
          ),
        ],
        ...listed(
          view.environments.map((row) => statusModel(row, room)),
          room,
        ),
        rules: view.rules === undefined ? null : clip(view.rules, room.text),
        uneven: unevenMigrations(view.migrations, askedOf(view.environments), room),
        gates: (view.gates ?? []).map((gate) => gateModel(gate, room)),
      };
    case 'rollback-preview':
      return previewModel(view, room);
    case 'rollback-refused':
      return {
        references: referencesOf(null, view.pullRequest),
        environment: quoted(clip(view.environment, room.text)),
        what: clip(view.what, room.text),
        reasons: listed(
          view.reasons.map((reason) => clip(reason, room.text)),
          room,
        ),
      };
    case 'rollback-over-drift':
      return {
        references: referencesOf(null, view.pullRequest),
        environment: quoted(clip(view.environment, room.text)),
        what: clip(view.what, room.text),
        objects: clip(view.objects, room.text),
        why: clip(view.why, room.text),
      };
    case 'rollback-done':
      return {
        references: referencesOf(null, view.revertPullRequest),
        environment: quoted(clip(view.environment, room.text)),
        branch: quoted(clip(view.branch, room.text)),
        migrations: listed(view.migrations, room),
        before: listed(view.revertPullRequest === null ? [] : view.before, room),
        revertPullRequest: view.revertPullRequest,
      };
    case 'rollback-offered':
      return {
        references: referencesOf(null, view.pullRequest),
        environment: quoted(clip(view.environment, room.text)),
        migrations: listed(view.migrations, room),
        withoutDown: withoutDownWords(view.withoutDown, room.text),
        path: clip(view.path, room.text),
        sql: sqlOf(view.statements, room),
        pullRequest: view.pullRequest,
      };
    case 'drift':
      return driftSection(view, room);
    case 'promotion':
      return promotionModel(view, room);
    case 'drift-revert':
      return {
        references: [],
        environment: quoted(clip(view.environment, room.text)),
        body: planBody(view.plan, room),
        losses: listed(
          view.losses.map((loss) => clip(loss, room.text)),
          room,
        ),
        next: clip(revertWords(view), room.text),
      };
    case 'drift-adopting':
      return {
        references: [view.pullRequest],
        environment: quoted(clip(view.environment, room.text)),
        pullRequest: view.pullRequest,
        path: clip(view.path, room.text),
        sql: sqlOf(view.statements, room),
      };
    case 'revert-closed':
      return {
        references: [],
        environment: quoted(clip(view.environment, room.text)),
        migrations: listed(
          view.migrations.map((migration) => quoted(clip(migration, room.text))),
          room,
        ),
      };
    case 'flow-down-ended':
      return {
        references: [],
        environment: quoted(clip(view.environment, room.text)),
        branch: quoted(clip(view.branch, room.text)),
        isClosed: view.isClosed,
        migrations: listed(
          view.migrations.map((migration) => quoted(clip(migration, room.text))),
          room,
        ),
      };
    case 'revert-replaced':
    case 'revert-renewed':
      return {
        references: referencesOf(null, view.pullRequest),
        environment: quoted(clip(view.environment, room.text)),
        pullRequest: `#${view.pullRequest}`,
      };
    case 'no-longer-planned':
      return { references: [], environment: quoted(clip(view.environment, room.text)) };
    case 'hold-ended':
      return {
        references: [],
        environment: quoted(clip(view.environment, room.text)),
        why: clip(view.why, room.text),
      };
    case 'release':
      return {
        references: [],
        environment: quoted(clip(view.environment, room.text)),
        pending: listed(view.pending, room),
        left: view.left === null ? null : clip(view.left, room.text),
      };
    case 'release-preview':
      return {
        references: [],
        environment: quoted(clip(view.environment, room.text)),
        pending: listed(view.pending, room),
        next: clip(confirmationWords(view), room.text),
      };
    case 'hold':
    case 'glass-broken':
      return {
        references: [],
        environment: quoted(clip(view.environment, room.text)),
        login: quoted(view.login),
        why: clip(view.why, room.text),
        next: view.kind === 'glass-broken' ? glassWords(view) : '',
      };
    case 'change-confirmed':
      return {
        references: [],
        environment: quoted(clip(view.environment, room.text)),
        login: quoted(view.login),
        next: clip(view.next, room.text),
      };
    case 'confirmation-counted':
      return {
        references: [],
        environment: quoted(clip(view.environment, room.text)),
        login: quoted(view.login),
        missing: clip(view.missing, room.text),
      };
    case 'confirmation-withdrawn':
      return {
        references: [],
        environment: quoted(clip(view.environment, room.text)),
        login: quoted(view.login),
      };
    case 'retry':
    case 'drift-gone':
    case 'drift-reverted':
    case 'glass-reviewed':
      return { references: [], environment: quoted(clip(view.environment, room.text)) };
  }
}

function promotionModel(view: Extract<ReplyView, { kind: 'promotion' }>, room: Room): object {
  const { pullRequest, migrations, left, broughtBack } = view;
  const back = broughtBack?.migrations ?? [];
  return {
    references: referencesOf(
      null,
      pullRequest,
      broughtBack?.pullRequest ?? null,
      ...back.map((one) => one.pullRequest),
    ),
    environment: quoted(clip(view.environment, room.text)),
    from: quoted(clip(view.from, room.text)),
    pullRequest,
    isNew: view.isNew,
    migrations: listed(
      migrations.map((name) => clip(name, room.text)),
      room,
    ),
    later: listed(
      left.map((sentence) => clip(sentence, room.text)),
      room,
    ),
    broughtBack: back.slice(0, room.items).map((one) => ({
      words: clip(broughtBackWords(one, broughtBack?.pullRequest ?? 0), room.text),
    })),
  };
}

function broughtBackWords({ migration, pullRequest }: RevertedMigration, number: number): string {
  const where =
    pullRequest === null ? 'was taken out of this branch' : `was reverted here in #${pullRequest}`;
  return `${quoted(migration)} ${where}, and no promotion brings it along: #${number} brings it back.`;
}

function sqlOf(statements: readonly string[], room: Room): CodeSection {
  return cutToRoom([{ heading: '', note: '', pieces: statements.map((sql) => `${sql};`) }], room.code);
}

function gateModel(
  { environment, decision }: NonNullable<Extract<ReplyView, { kind: 'status' }>['gates']>[number],
  room: Room,
): object {
  return {
    environment: quoted(clip(environment, room.text)),
    lines: listed(decisionLines(decision, room.text), room),
  };
}

/** Those whose databases could be asked. */
function askedOf(environments: readonly StatusRow[]): readonly string[] {
  return environments.filter(({ applied }) => applied !== null).map(({ environment }) => environment);
}

function statusModel(row: StatusRow, room: Room): object {
  return {
    environment: clip(row.environment, room.text),
    branch: clip(row.branch, room.text),
    protected: row.protected,
    applied: row.applied === null ? 'not known' : String(row.applied),
    latest: row.latest === null ? null : clip(row.latest, room.text),
    pending: row.applied === null ? 'not known' : clip(pendingWords(row.pending), room.text),
    state: clip(stateWords(row, { name: quoted, hasMarks: true }), room.text),
  };
}

const shownPending = 3;

function pendingWords(pending: readonly string[]): string {
  if (pending.length === 0) return 'none';
  const left = pending.length - shownPending;
  const shown = pending.slice(0, shownPending).map(quoted).join(', ');
  return left > 0 ? `${pending.length}: ${shown} and ${left} more` : `${pending.length}: ${shown}`;
}

function previewModel(view: RollbackPreview, room: Room): object {
  return {
    references: referencesOf(null, view.pullRequest),
    environment: quoted(clip(view.environment, room.text)),
    what: clip(view.what, room.text),
    body: planBody(view.plan, room),
    losses: listed(
      view.losses.map((loss) => clip(loss, room.text)),
      room,
    ),
    next: clip(nextWords(view), room.text),
  };
}

function confirmationWords({ confirmations, from, requester }: ReleasePreview): string {
  const who = either(from.map(subjectWords));
  if (confirmations === 0) return `Where that is meant, ${who} says so: comment \`/confirm\`.`;
  const others = counted(confirmations, 'other person has', 'other people have');
  return `Where that is meant, ${others} to comment \`/confirm\`: ${who}, but not ${quoted(requester)}, who asked.`;
}

function revertWords({ confirmations, from, requester }: RevertPreview): string {
  if (confirmations === 0) return 'Nobody has to confirm it here: it runs now.';
  const who = either(from.map(subjectWords));
  const others = counted(confirmations, 'other person has', 'other people have');
  return `Nothing has run yet. ${others} to comment \`/confirm\`: ${who}, but not ${quoted(requester)}, who asked.`;
}

function glassWords({ isMerged, commit }: Extract<ReplyView, { kind: 'glass-broken' }>): string {
  const what = commit === null ? 'It' : `Commit ${quoted(commit.slice(0, 10))}`;
  return isMerged
    ? `${what} is applied now, where its plan still is the same.`
    : 'The gate is open for this very plan: once merged, it is applied at once.';
}

/** Who has to do what now. */
function nextWords({ dryRun, confirmations, from, requester, losses, command }: RollbackPreview): string {
  if (dryRun) {
    const line = losses.length > 0 ? `${command} --accept-data-loss` : command;
    return `This was only a look: nothing will be run. Comment ${quoted(line)} to ask for it.`;
  }
  if (confirmations === 0) return 'Nobody has to confirm it here: it runs now.';
  const who = either(from.map(subjectWords));
  const others = counted(confirmations, 'other person has', 'other people have');
  return (
    `Nothing has run yet. ${others} to comment \`/confirm\`: ${who}, but not ${quoted(requester)}, who asked. ` +
    'The preview does not run out; if what would run changes, a fresh one is asked for.'
  );
}
