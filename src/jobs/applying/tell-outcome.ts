import type { CodeHost } from '../../ports/code-host.ts';
import { publishComment } from '../gating/publish.ts';
import { latestPlanIn } from '../planning/latest-plan-in.ts';
import { environmentsOfBranch, readSetup } from '../setup.ts';
import type { Tools } from '../tools.ts';
import type { AnnouncementPayload, Outcome } from './announcements.ts';
import { deploymentOf, description, statusState } from './outcome-words.ts';

/** Says on the commit, the deployment and the pull request how an apply or a rollback ended. */
export async function tellOutcome(
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
export async function tellSettled(
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
export async function tellNothingRan(
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
