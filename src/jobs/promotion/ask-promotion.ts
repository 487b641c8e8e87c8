import { answer, refuseCommand, type Asked } from '../commands/replies.ts';
import type { Environment } from '../environment.ts';
import type { Tools } from '../tools.ts';
import { bringBack } from './bring-back.ts';
import { findPromotion } from './find-promotion.ts';
import { openPromotion } from './open-promotion.ts';

/** `/promote`: opens the promotion pull request, or brings it up to date, and answers with what is in it and what not. */
export async function askPromotion(environment: Environment, asked: Asked, tools: Tools): Promise<void> {
  const { key, policy } = environment;
  const found = await findPromotion(environment, tools);
  if (typeof found === 'string') return refuseCommand('promote', environment, asked, found, tools);
  const askedBy = { login: asked.actor, number: asked.number };
  const opened = await openPromotion(environment, found, askedBy, tools);
  const broughtBack = await bringBack(environment, found, askedBy, tools);
  const pullRequest = 'pullRequest' in opened ? opened.pullRequest : null;
  await tools.records.audit({
    ...key,
    pullRequest,
    commit: found.tip,
    actor: asked.actor,
    action: 'promotion-opened',
    migration: null,
    digest: null,
    detail: { askedOn: asked.number, broughtBack: broughtBack?.pullRequest ?? null },
  });
  const view = {
    kind: 'promotion' as const,
    environment: policy.name,
    from: found.below.name,
    pullRequest,
    isNew: 'pullRequest' in opened && opened.isNew,
    migrations: 'pullRequest' in opened ? opened.migrations : [],
    left: opened.left,
    broughtBack,
  };
  const isAnything = pullRequest !== null || broughtBack !== null;
  return answer(key.repositoryId, asked, view, isAnything ? 'rocket' : 'confused', tools);
}
