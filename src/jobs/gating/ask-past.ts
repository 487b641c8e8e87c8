import type { Decision } from '../../domain/gate.ts';
import type { Plan } from '../../domain/plan.ts';
import { decide } from '../../gate/decide.ts';
import type { CodeHost } from '../../ports/code-host.ts';
import type { PastDecision } from '../../ports/record-rows.ts';
import type { AskingTools } from './ask-gate.ts';
import { gatherFacts } from './gate-facts.ts';
import { policyOfRules, type Setup } from '../setup.ts';

/** What became of one merged pull request, and what some rules say of it now. */
export interface PastAnswer {
  readonly number: number;
  readonly environment: string;
  /** As it was decided when it came to run. */
  readonly then: Pick<PastDecision, 'status' | 'message' | 'at'>;
  /** By the rules that were asked about; null where that cannot be said. */
  readonly now: Decision | null;
  /** Why, or why it cannot be said. */
  readonly why: string;
}

/** So many pull requests are asked about at once: each costs GitHub some six questions. */
const atOnce = 4;

/**
 * What rules decide on the merged pull requests that something of was to run, newest first, at most `last` of them:
 * by the plan that was decided then, and by the reviews, rights and authors that GitHub has now.
 */
export async function askPast(
  host: CodeHost,
  setup: Extract<Setup, { kind: 'ready' }>,
  last: number,
  tools: AskingTools,
): Promise<readonly PastAnswer[]> {
  const past = await tools.records.decisionsOnMerged(host.repository.id, last);
  const answers: PastAnswer[] = [];
  for (let at = 0; at < past.length; at += atOnce) {
    const some = past.slice(at, at + atOnce);
    answers.push(...(await Promise.all(some.map((one) => askAgain(host, setup, one, tools)))));
  }
  return answers;
}

async function askAgain(
  host: CodeHost,
  setup: Extract<Setup, { kind: 'ready' }>,
  past: PastDecision,
  tools: AskingTools,
): Promise<PastAnswer> {
  const { pullRequest: number, environment, status, message, at } = past;
  const known = { number, environment, then: { status, message, at } };
  const policy = setup.environments.find(({ name }) => name === environment);
  if (policy === undefined) return { ...known, now: null, why: 'These rules have no such environment.' };
  const [plan, pullRequest] = await Promise.all([
    planOf(host.repository.id, past, tools),
    host.pullRequest(number),
  ]);
  if (plan === null) return { ...known, now: null, why: 'Its plan was not kept.' };
  if (pullRequest === null) return { ...known, now: null, why: 'GitHub no longer shows it.' };
  const rules = plan.configuration === undefined ? policy : policyOfRules(setup, policy);
  const question = { policy: rules, plan, pullRequest, hold: null, endsHold: false };
  const now = decide(await gatherFacts(host, tools, question));
  return { ...known, now, why: now.message };
}

async function planOf(
  repositoryId: number,
  { environment, digest }: PastDecision,
  { records }: AskingTools,
): Promise<Plan | null> {
  return (await records.planByDigest({ repositoryId, environment }, digest))?.plan ?? null;
}
