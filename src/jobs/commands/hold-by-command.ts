import type { Environment } from '../environment.ts';
import { holdEnvironment } from '../applying/holds.ts';
import { isDecidedAgain } from '../applying/reconcile-rules.ts';
import { answer, refuseCommand, type Asked } from './replies.ts';
import type { Tools } from '../tools.ts';

/**
 * `/hold`: has an environment take no migrations until somebody releases it. Where it takes none already, says why; a
 * hold that can end by itself is taken over, since it is found anew after the release.
 */
export async function holdByCommand(
  { key, policy }: Environment,
  asked: Asked,
  why: string,
  tools: Tools,
): Promise<void> {
  const standing = await tools.records.hold(key);
  const isSame = standing?.reason === 'asked' && standing.message === messageOf(asked, why);
  if (standing !== null && !isSame && !isDecidedAgain(standing)) {
    const reason = `${policy.name} is on hold already: ${standing.message} ${standing.waysOut.join(' ')}`;
    return refuseCommand('hold', { key }, asked, reason, tools);
  }
  const request = {
    reason: 'asked' as const,
    message: messageOf(asked, why),
    migrations: [],
    commit: null,
    pullRequest: asked.number,
    actor: asked.actor,
    askedBy: asked.commentId,
  };
  await holdEnvironment(key, request, tools);
  const view = { kind: 'hold' as const, environment: policy.name, login: asked.actor, why };
  await answer(key.repositoryId, asked, view, 'rocket', tools);
}

/** What they said stands last, so that nothing of it passes for the rest of the sentence. */
function messageOf({ actor }: Asked, why: string): string {
  return `\`${actor}\` asked for it: ${why.replaceAll('`', "'")}`;
}
