import { commandHelp } from './command-help.ts';
import { driftSection } from './drift-section.ts';
import { clip } from './escape/reveal.ts';
import { commentLimit } from './limits.ts';
import { cutToRoom, type CodeSection } from './code-section.ts';
import { listed } from './listed.ts';
import { withoutDownWords } from './letters.ts';
import { planBody } from './plan-body.ts';
import { referencesOf } from './references.ts';
import { promotionModel } from './promotion-reply.ts';
import type { ReplyView, RollbackPreview } from './reply-view.ts';
import { fit, type Room } from './room.ts';
import { statusModel } from './status-reply.ts';
import type { Render } from './templates.ts';
import { confirmationWords, nextWords, revertWords } from './waiting-words.ts';
import { quoted } from './words.ts';

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
      return statusModel(view, room);
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

function sqlOf(statements: readonly string[], room: Room): CodeSection {
  return cutToRoom([{ heading: '', note: '', pieces: statements.map((sql) => `${sql};`) }], room.code);
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

function glassWords({ isMerged, commit }: Extract<ReplyView, { kind: 'glass-broken' }>): string {
  const what = commit === null ? 'It' : `Commit ${quoted(commit.slice(0, 10))}`;
  return isMerged
    ? `${what} is applied now, where its plan still is the same.`
    : 'The gate is open for this very plan: once merged, it is applied at once.';
}
