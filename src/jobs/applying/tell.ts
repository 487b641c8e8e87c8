import { isForDrift, type Hold, type HoldReason } from '../../domain/hold.ts';
import type { EnvironmentKey } from '../../domain/repository.ts';
import { ConversationLocked, type CodeHost, type DeploymentReport } from '../../ports/code-host.ts';
import { openAdoption } from '../drift/adopt-drift.ts';
import { writeDriftIssue } from '../drift/drift-issue.ts';
import { announce, announcementSchema, type AnnouncementPayload, type Outcome } from './announcements.ts';
import { findEnvironment } from '../environment.ts';
import { openGlassIssue } from './glass-issue.ts';
import { hasNoIssue, issuesAreOff } from './holds.ts';
import { openOffer } from '../rollback/offer-reverse.ts';
import { endFlowDown } from '../promotion/end-flow-down.ts';
import { openFlowDown } from '../promotion/flow-down.ts';
import { openRevert } from '../rollback/open-revert.ts';
import { latestPlanIn } from '../planning/latest-plan-in.ts';
import { publishComment } from '../gating/publish.ts';
import { whoWaitsFor } from './who-waits.ts';
import { environmentsOfBranch, readSetup } from '../setup.ts';
import type { Tools } from '../tools.ts';

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

async function tellOutcome(
  host: CodeHost,
  { outcome, pullRequest: number, production }: Extract<AnnouncementPayload, { kind: 'outcome' }>,
  tools: Tools,
): Promise<void> {
  // What ran before Tidegate was brought by no commit that it knows.
  if (outcome.commit !== '') {
    if (outcome.status !== 'held') await host.reportDeployment(deploymentOf(outcome, production));
    await host.setStatus(
      outcome.commit,
      statusState(outcome),
      `tidegate / apply (${outcome.environment})`,
      description(outcome),
    );
  }
  if (number !== null) await showOutcome(host, number, outcome, tools);
}

/** Silent where the same pull request has been applied again meanwhile: its comment then says that. */
async function tellSettled(
  host: CodeHost,
  { environment, pullRequest, migrations }: Extract<AnnouncementPayload, { kind: 'rollback-settled' }>,
  tools: Tools,
): Promise<void> {
  const changes = await tools.records.changesOf({ repositoryId: host.repository.id, environment });
  const change = changes.find((one) => one.pullRequest === pullRequest);
  if (change?.status !== 'rolled-back') return;
  const steps = migrations.map((migration) => ({
    migration,
    direction: 'down' as const,
    status: 'done' as const,
    durationMs: null,
    error: null,
  }));
  const outcome = {
    status: 'rolled-back' as const,
    environment,
    commit: change.commit,
    steps,
    message: null,
  };
  await showOutcome(host, pullRequest, outcome, tools);
}

/** Silent where something of it ran, or was rolled back: its comment says that. */
async function tellNothingRan(
  host: CodeHost,
  { environment, pullRequest, commit }: Extract<AnnouncementPayload, { kind: 'nothing-ran' }>,
  tools: Tools,
): Promise<void> {
  const changes = await tools.records.changesOf({ repositoryId: host.repository.id, environment });
  const change = changes.find((one) => one.pullRequest === pullRequest);
  if (change?.status === 'applied' || change?.status === 'rolled-back') return;
  const outcome = {
    status: 'nothing' as const,
    environment,
    commit: commit ?? '',
    steps: [],
    message: null,
  };
  if (commit !== null) {
    await host.setStatus(commit, 'success', `tidegate / apply (${environment})`, description(outcome));
  }
  await showOutcome(host, pullRequest, outcome, tools);
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

async function showOutcome(host: CodeHost, number: number, outcome: Outcome, tools: Tools): Promise<void> {
  const pullRequest = await host.pullRequest(number);
  if (pullRequest === null) return;
  const setup = await readSetup(host, tools);
  const policies = setup.kind === 'ready' ? environmentsOfBranch(setup, pullRequest.base) : [];
  const policy = policies.find(({ name }) => name === outcome.environment) ?? policies[0];
  if (policy === undefined) return;
  const key = { repositoryId: host.repository.id, environment: policy.name };
  const made = await latestPlanIn({ key, policy }, pullRequest.number, tools);
  const hold = outcome.status === 'nothing' ? null : await tools.records.hold(key);
  await publishComment(host, tools, {
    pullRequest,
    policy,
    plan: made?.plan ?? null,
    decision: null,
    hold,
    outcome,
  });
}

function deploymentOf(outcome: Outcome, production: boolean): DeploymentReport {
  const { environment, commit } = outcome;
  const isDone = outcome.status === 'applied' || outcome.status === 'rolled-back';
  const state = isDone ? 'success' : outcome.status === 'waiting' ? 'queued' : 'failure';
  return { environment, commit, state, description: description(outcome), production };
}

function statusState(outcome: Outcome): 'success' | 'failure' | 'pending' | 'error' {
  switch (outcome.status) {
    case 'applied':
    case 'rolled-back':
    case 'nothing':
      return 'success';
    case 'failed':
    case 'held':
      return 'failure';
    case 'in-doubt':
      return 'error';
    case 'waiting':
      return 'pending';
  }
}

/** One line for deployments and statuses: at most 140 characters (GitHub REST, "Create a deployment status"). */
function description({ status, environment, steps, until }: Outcome): string {
  const count = `${steps.length} migration${steps.length === 1 ? '' : 's'}`;
  switch (status) {
    case 'applied':
      return `${count} applied to ${environment}`;
    case 'rolled-back':
      return `${count} taken back on ${environment}`;
    case 'nothing':
      return `Nothing is left to run on ${environment}`;
    case 'failed':
      return `A migration failed on ${environment}; the pull request says what stands`;
    case 'in-doubt':
      return `It is in doubt whether a migration was committed on ${environment}`;
    case 'held':
      return `${environment} is on hold: nothing was run`;
    case 'waiting':
      return until === undefined ? `Waiting for its turn on ${environment}` : `Waiting until ${until}`;
  }
}

const spokenOf: ReadonlySet<HoldReason> = new Set(['rolled-back', 'asked']);

/** The hold says itself how it comes to its issue; the sweep asks again. */
async function waitForIssues(key: EnvironmentKey, hold: Hold, tools: Tools): Promise<void> {
  if (hasNoIssue(hold)) return;
  await tools.records.setWaysOut(key, hold.since, [issuesAreOff, ...hold.waysOut]);
  await announce(key.repositoryId, { kind: 'hold-moved', environment: key.environment }, tools);
}

/** Opens the issue that tells of a hold, or adds to it where it told of another before. */
async function openAlert(host: CodeHost, key: EnvironmentKey, tools: Tools): Promise<void> {
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
