import { announce } from '../applying/announcements.ts';
import type { Environment } from '../environment.ts';
import { changeMeant, changeSaid, type GlassAsked } from './change-let-through.ts';
import { answer, refuseCommand } from './replies.ts';
import type { Tools } from '../tools.ts';

/**
 * `/apply --now`: lets one change through out of its window or without its approvals. Who may was checked, and is
 * checked again when it is applied. A red plan, a hold for another reason, a lock or another database stay in the way.
 */
export async function breakGlass(
  environment: Environment,
  asked: GlassAsked,
  why: string,
  tools: Tools,
): Promise<void> {
  const { key } = environment;
  // Given again after the process ended in between: it is there, and what follows from it is done once more.
  const said = await tools.records.glassSaid(key, asked.commentId);
  const found =
    said === null ? await changeMeant(environment, asked, tools) : await changeSaid(environment, said);
  if (typeof found === 'string') return refuseCommand('apply', environment, asked, found, tools);
  const { digest, pullRequest, commit, isMerged } = found;
  const about = { pullRequest, digest, login: asked.actor, why, number: asked.number };
  const isNew = await tools.records.breakGlass({
    ...key,
    ...about,
    commentId: asked.commentId,
    at: tools.clock(),
  });
  if (isNew) {
    await tools.records.audit({
      ...key,
      pullRequest,
      commit: null,
      actor: asked.actor,
      action: 'glass-broken',
      migration: null,
      digest,
      detail: { why, said: asked.number, isMerged },
    });
  }
  const { repositoryId, environment: name } = key;
  await announce(repositoryId, { kind: 'glass', environment: name, commentId: asked.commentId }, tools);
  const reason = `/apply --now by ${asked.actor}`;
  if (pullRequest !== null && !isMerged) {
    await tools.queue.enqueue({ kind: 'gate', repositoryId, pullRequest, reason });
  }
  await tools.queue.enqueue({ kind: 'reconcile', ...key, reason });
  const view = {
    kind: 'glass-broken' as const,
    environment: name,
    login: asked.actor,
    why,
    isMerged,
    commit,
  };
  if (pullRequest !== null && pullRequest !== asked.number) {
    const body = tools.reports.reply(view);
    const told = { kind: 'reply' as const, number: pullRequest, body, commentId: null, reaction: null };
    await announce(repositoryId, told, tools);
  }
  await answer(repositoryId, asked, view, 'rocket', tools);
}
