import { isSameLogin } from '../../gate/rights.ts';
import type { Environment } from '../environment.ts';
import { awaitedHere, type Awaited } from './awaited-here.ts';
import { answer, refuseCommand, type Asked } from './replies.ts';
import type { Tools } from '../tools.ts';

/**
 * `/withdraw`: what its writer confirmed of what waits here counts no more. Nothing else is taken back: what has run by
 * it stands.
 */
export async function withdraw(environment: Environment, asked: Asked, tools: Tools): Promise<void> {
  const { key, policy } = environment;
  const awaited = await awaitedHere(key, asked.number, tools);
  if (awaited === null) return refuseCommand('withdraw', environment, asked, nothingWaits, tools);
  if (awaited.kind === 'rollback' && awaited.record.status === 'running') {
    return refuseCommand('withdraw', environment, asked, hasBegun, tools);
  }
  if (!(await takeBack(environment, awaited, asked, tools))) {
    return refuseCommand('withdraw', environment, asked, notConfirmed(asked), tools);
  }
  await tools.records.audit({
    ...key,
    pullRequest: asked.number,
    commit: null,
    actor: asked.actor,
    action: 'confirmation-withdrawn',
    migration: null,
    digest: null,
    detail: { of: awaited.kind },
  });
  await tools.queue.enqueue({ kind: 'reconcile', ...key, reason: `/withdraw by ${asked.actor}` });
  const view = { kind: 'confirmation-withdrawn' as const, environment: policy.name, login: asked.actor };
  await answer(key.repositoryId, asked, view, 'rocket', tools);
}

/** False where they had confirmed nothing of it. */
async function takeBack(
  { key }: Environment,
  awaited: Awaited,
  { actor }: Asked,
  { records }: Pick<Tools, 'records'>,
): Promise<boolean> {
  const { repositoryId } = key;
  const without = (logins: readonly string[]) => logins.filter((login) => !isSameLogin(login, actor));
  switch (awaited.kind) {
    case 'change':
    case 'rules':
      return records.withdrawConfirmation(repositoryId, awaited.hold.plan?.digest ?? '', actor);
    case 'glass': {
      const found = await Promise.all(
        awaited.records.map(({ digest }) => records.withdrawConfirmation(repositoryId, digest, actor)),
      );
      return found.includes(true);
    }
    case 'rollback': {
      const { record } = awaited;
      const confirmedBy = without(record.confirmedBy);
      await records.updateRollback({ ...record, confirmedBy });
      return confirmedBy.length < record.confirmedBy.length;
    }
    case 'release':
    case 'drift': {
      const { kind, request } = awaited;
      const left = { ...request, confirmedBy: without(request.confirmedBy) };
      await (kind === 'drift' ? records.setDriftRevert(key, left) : records.setReleaseRequest(key, left));
      return left.confirmedBy.length < request.confirmedBy.length;
    }
  }
}

const nothingWaits =
  'Nothing waits for a confirmation here, so there is none to take back: what was confirmed has run, or is no more. ' +
  '`/rollback` shows what could be taken back, and `/hold "why"` stops what comes next.';

const hasBegun = 'It has begun to run, and is brought to its end. `/status` says how that went.';

function notConfirmed({ actor }: Asked): string {
  return `\`${actor}\` has confirmed nothing of what waits here, so there is nothing to take back.`;
}
