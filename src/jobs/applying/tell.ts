import type { EnvironmentKey } from '../../domain/repository.ts';
import { ConversationLocked, type CodeHost } from '../../ports/code-host.ts';
import { openAdoption } from '../drift/adopt-drift.ts';
import { writeDriftIssue } from '../drift/drift-issue.ts';
import { announcementSchema, type AnnouncementPayload } from './announcements.ts';
import { findEnvironment } from '../environment.ts';
import { openGlassIssue } from './glass-issue.ts';
import { openOffer } from '../rollback/offer-reverse.ts';
import { endFlowDown } from '../promotion/end-flow-down.ts';
import { openFlowDown } from '../promotion/flow-down.ts';
import { openRevert } from '../rollback/open-revert.ts';
import type { Tools } from '../tools.ts';
import { openAlert } from './open-alert.ts';
import { tellNothingRan, tellOutcome, tellSettled } from './tell-outcome.ts';

/** Tells GitHub one announcement and forgets it; an error keeps it for the next attempt. */
export async function tell(repositoryId: number, id: number, tools: Tools): Promise<void> {
  const kept = await tools.records.announcement(id);
  if (kept === null) return;
  const host = await tools.hosts.forRepository(repositoryId);
  // An App that is suspended or gone cannot tell anything: it is kept, and the queue comes back to it.
  if (host === null) throw new Error('the App is not installed on the repository, or is suspended');
  try {
    await tellOne(host, announcementSchema.parse(kept.payload), tools);
  } catch (error) {
    // What nobody can be told there is not kept: whatever comes after it would wait.
    if (!(error instanceof ConversationLocked)) throw error;
    tools.log.info({ repositoryId, why: error.message }, 'something could not be told');
  }
  await tools.records.removeAnnouncement(id);
}

async function tellOne(host: CodeHost, payload: AnnouncementPayload, tools: Tools): Promise<void> {
  const repositoryId = host.repository.id;
  switch (payload.kind) {
    case 'outcome':
      return tellOutcome(host, payload, tools);
    case 'rollback-settled':
      return tellSettled(host, payload, tools);
    case 'nothing-ran':
      return tellNothingRan(host, payload, tools);
    case 'hold-moved':
      return decideOpenPullRequests({ repositoryId, environment: payload.environment }, tools);
    case 'reply':
      // A reaction can be given twice, a comment not: it comes last, so that a failure before it repeats nothing.
      if (payload.commentId !== null && payload.reaction !== null) {
        await host.react(payload.commentId, payload.reaction);
      }
      await host.comment(payload.number, payload.body);
      return;
    case 'alert':
      return openAlert(host, { repositoryId, environment: payload.environment }, tools);
    case 'glass':
      return openGlassIssue(
        host,
        { repositoryId, environment: payload.environment },
        payload.commentId,
        tools,
      );
    case 'adopt': {
      const environment = await findEnvironment({ repositoryId, environment: payload.environment }, tools);
      if (environment !== null) await openAdoption(environment, payload, tools);
      return;
    }
    case 'drift':
      return writeDriftIssue(host, { repositoryId, environment: payload.environment }, tools);
    case 'close-alert':
      await host.closeIssue(payload.issue);
      await host.comment(payload.issue, payload.body);
      return;
    case 'revert': {
      const environment = await findEnvironment({ repositoryId, environment: payload.environment }, tools);
      if (environment !== null) await openRevert(environment, payload, tools);
      return;
    }
    case 'flow-down': {
      const environment = await findEnvironment({ repositoryId, environment: payload.environment }, tools);
      if (environment !== null) await openFlowDown(environment, payload, tools);
      return;
    }
    case 'flow-down-ended': {
      const environment = await findEnvironment({ repositoryId, environment: payload.environment }, tools);
      if (environment !== null) await endFlowDown(environment, payload.migrations, tools);
      return;
    }
    case 'offer': {
      const environment = await findEnvironment({ repositoryId, environment: payload.environment }, tools);
      if (environment !== null) await openOffer(environment, payload, tools);
    }
  }
}

async function decideOpenPullRequests(key: EnvironmentKey, tools: Tools): Promise<void> {
  const environment = await findEnvironment(key, tools);
  if (environment === null) return;
  const { repositoryId } = key;
  for (const { number } of await environment.host.openPullRequests(environment.policy.branch)) {
    const reason = `a hold on ${key.environment} began or ended`;
    await tools.queue.enqueue({ kind: 'gate', repositoryId, pullRequest: number, reason });
  }
}
