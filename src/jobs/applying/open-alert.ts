import { isForDrift, type Hold, type HoldReason } from '../../domain/hold.ts';
import type { EnvironmentKey } from '../../domain/repository.ts';
import type { CodeHost } from '../../ports/code-host.ts';
import type { Tools } from '../tools.ts';
import { announce } from './announcements.ts';
import { hasNoIssue, issuesAreOff } from './holds.ts';
import { whoWaitsFor } from './who-waits.ts';

const spokenOf: ReadonlySet<HoldReason> = new Set(['rolled-back', 'asked']);

/** The hold says itself how it comes to its issue; the sweep asks again. */
async function waitForIssues(key: EnvironmentKey, hold: Hold, tools: Tools): Promise<void> {
  if (hasNoIssue(hold)) return;
  await tools.records.setWaysOut(key, hold.since, [issuesAreOff, ...hold.waysOut]);
  await announce(key.repositoryId, { kind: 'hold-moved', environment: key.environment }, tools);
}

/** Opens the issue that tells of a hold, or adds to it where it told of another before. */
export async function openAlert(host: CodeHost, key: EnvironmentKey, tools: Tools): Promise<void> {
  const hold = await tools.records.hold(key);
  // A rollback and a hold that was asked for are spoken of where they were asked for; drift has an issue of its own.
  if (hold === null || isForDrift(hold) || spokenOf.has(hold.reason)) return;
  const ways = hold.waysOut.filter((way) => way !== issuesAreOff);
  const { title, body } = tools.reports.alertIssue({
    environment: key.environment,
    hold: { ...hold, waysOut: ways },
    waiting: await whoWaitsFor(host, key, hold, tools),
  });
  if (hold.issue !== null) {
    await host.comment(hold.issue, body);
    return;
  }
  const issue = await host.openIssue(title, body);
  if (issue === null) return waitForIssues(key, hold, tools);
  await tools.records.setWaysOut(key, hold.since, ways);
  // The hold may have ended while GitHub was asked: then nobody else knows of the issue.
  if (!(await tools.records.setHoldIssue(key, hold.since, issue))) await host.closeIssue(issue);
}
