import type { CommandName } from '../../domain/command.ts';
import type { Hold } from '../../domain/hold.ts';
import type { Reaction } from '../../ports/code-host.ts';
import type { ReplyView } from '../../report/reply-view.ts';
import { announce } from '../applying/announcements.ts';
import type { Tools } from '../tools.ts';

/** What a command is answered to. */
export interface Asked {
  /** The pull request or alert issue that holds the comment. */
  readonly number: number;
  readonly commentId: number;
  readonly actor: string;
  /** When it was written, by GitHub's clock, as ISO 8601; absent where an older version heard of it. */
  readonly writtenAt?: string | undefined;
}

/** Answers a command with a comment and a reaction on what was asked. */
export async function answer(
  repositoryId: number,
  asked: Pick<Asked, 'number' | 'commentId'>,
  view: ReplyView,
  reaction: Reaction,
  tools: Pick<Tools, 'records' | 'queue' | 'reports'>,
): Promise<void> {
  const { number, commentId } = asked;
  const body = tools.reports.reply(view);
  await announce(repositoryId, { kind: 'reply', number, body, commentId, reaction }, tools);
}

/** What a command was about; no environment where none was found. */
interface About {
  readonly repositoryId: number;
  readonly environment: string | null;
}

/** Notes in the audit that a command was refused. */
export function auditRefusal(
  command: CommandName,
  { repositoryId, environment }: About,
  asked: Pick<Asked, 'number' | 'actor'>,
  why: string,
  { records }: Pick<Tools, 'records'>,
): Promise<void> {
  return records.audit({
    repositoryId,
    environment,
    pullRequest: asked.number,
    commit: null,
    actor: asked.actor,
    action: 'command-refused',
    migration: null,
    digest: null,
    detail: { command, why },
  });
}

/** Refuses a command: it is noted in the audit, and answered with the reason. */
export async function refuseCommand(
  command: CommandName,
  { key }: { readonly key: About },
  asked: Pick<Asked, 'number' | 'commentId' | 'actor'>,
  reason: string,
  tools: Pick<Tools, 'records' | 'queue' | 'reports'>,
): Promise<void> {
  await auditRefusal(command, key, asked, reason, tools);
  await answer(key.repositoryId, asked, { kind: 'refused', command, reason }, 'confused', tools);
}

/** A confirmation can come late, after something else was asked: GitHub numbers comments in the order of writing. */
export function askedLater(command: 'rollback' | 'release' | 'drift revert' | 'apply --now'): string {
  const newer = command === 'apply --now' ? 'what was let through' : 'the newer preview';
  return `This was written before the \`/${command}\` that waits here now, so it cannot be about that. Look at ${newer}, then comment \`/confirm\` again.`;
}

/** Whether something came about after a comment was written; GitHub gives times in whole seconds, rounded down. */
export function isLaterThan(since: Date, { writtenAt }: Pick<Asked, 'writtenAt'>): boolean {
  return writtenAt === undefined || since.getTime() >= Date.parse(writtenAt) + 1000;
}

/** Why a command that is heard late does nothing about a hold that came after it. */
export function writtenBefore(hold: Pick<Hold, 'message'>): string {
  return `This was written before the hold that stands now, so it cannot be about that: ${hold.message} Look at it, then comment again.`;
}
