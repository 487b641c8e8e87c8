import type { Job } from '../../domain/job.ts';
import { findEnvironment } from '../environment.ts';
import type { Tools } from '../tools.ts';
import { findPromotion } from './find-promotion.ts';
import { openPromotion } from './open-promotion.ts';
import { secondsOf } from './refuse-promotion.ts';

/**
 * Opens the promotion pull request where the rules say that this happens by itself, and comes back when what has not
 * soaked yet has. What was taken out of the branch on purpose is not brought back by this.
 */
export async function promoteByItself(job: Extract<Job, { kind: 'promote' }>, tools: Tools): Promise<void> {
  const environment = await findEnvironment(job, tools);
  if (environment?.policy.promotion?.automatic !== true) return;
  const found = await findPromotion(environment, tools);
  if (typeof found === 'string') return;
  const opened = await openPromotion(environment, found, null, tools);
  // Each run below is followed by one look at its own moment: looks that follow each other would grow more and more.
  if (found.allSoakInMs !== null && job.isLater !== true) {
    const later = { ...job, isLater: true };
    await tools.queue.enqueue(later, { afterSeconds: secondsOf(found.allSoakInMs) + 1 });
  }
  if (!('pullRequest' in opened) || !opened.isNew) return;
  await tools.records.audit({
    ...environment.key,
    pullRequest: opened.pullRequest,
    commit: found.tip,
    actor: 'tidegate',
    action: 'promotion-opened',
    migration: null,
    digest: null,
    detail: {},
  });
}
