import type { WaitingRequest } from '../../ports/record-rows.ts';
import type { Environment } from '../environment.ts';
import { answerCounted, auditConfirmed, countConfirmation } from './count-confirmation.ts';
import { digestOfPending, forgetChange, look, pendingOf, release } from './release-hold.ts';
import { askedLater, refuseCommand, type Asked } from './replies.ts';
import { lostRight } from '../rollback/requester-right.ts';
import { lastThatRan } from '../rollback/taken-back.ts';
import type { Tools } from '../tools.ts';
import { writersOf } from './writers-of.ts';

/** `/confirm` of a release that runs again what was rolled back: by as many others as a rollback needs. */
export async function confirmRelease(
  environment: Environment,
  request: WaitingRequest,
  asked: Asked,
  tools: Tools,
): Promise<void> {
  const { key, policy } = environment;
  const hold = await tools.records.hold(key);
  if (hold?.reason !== 'rolled-back') {
    await tools.records.setReleaseRequest(key, null);
    return refuseCommand(
      'confirm',
      environment,
      asked,
      `The hold that was to be released on ${policy.name} has ended.`,
      tools,
    );
  }
  if (asked.commentId < request.commentId)
    return refuseCommand('confirm', environment, asked, askedLater('release'), tools);
  const { folder, state } = await look(environment, tools);
  const pending = await pendingOf(environment, folder, state, tools);
  const lost = await lostRight(environment, request.requester);
  if (lost !== null || digestOfPending(environment, folder, pending) !== request.digest) {
    await tools.records.setReleaseRequest(key, null);
    const why = lost ?? 'What would run is no longer what was shown.';
    return refuseCommand('confirm', environment, asked, `${why} \`/release\` shows it anew.`, tools);
  }
  const changes = lastThatRan(await tools.records.changesOf(key), hold.migrations);
  const writers = await writersOf(environment, changes, tools);
  const counted = await countConfirmation(environment, request, asked.actor, { what: 'release', writers });
  const confirmed = {
    digest: request.digest,
    detail: { requester: request.requester, release: pending, commit: hold.commit },
  };
  const { confirmedBy } = counted.kind === 'counted' ? counted : request;
  await tools.records.setReleaseRequest(key, { ...request, confirmedBy });
  if (counted.kind === 'refused' || counted.missing !== null)
    return answerCounted(environment, counted, confirmed, asked, tools);
  await auditConfirmed(environment, confirmed, asked, tools);
  // All of it runs again: from the first of those that brought it.
  await forgetChange(environment, changes.at(-1) ?? hold, tools);
  await release(environment, hold, asked, pending, tools);
}
