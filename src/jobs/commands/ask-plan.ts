import type { Person } from '../../domain/gate.ts';
import type { Job } from '../../domain/job.ts';
import { roleAtLeast, type EnvironmentPolicy } from '../../domain/policy.ts';
import { isBotLogin, isSameLogin } from '../../gate/rights.ts';
import { mayCommand } from '../../gate/may-command.ts';
import type { CodeHost, PullRequest } from '../../ports/code-host.ts';
import type { Vouch } from '../../ports/record-rows.ts';
import type { Tools } from '../tools.ts';
import { notTheirs, shortSha, strangenessOf } from '../planning/vouching.ts';

/** What a `/plan` comes to. */
export type PlanAsked =
  | { readonly kind: 'refused'; readonly why: string }
  /** `vouch` is what the comment says for a stranger's commit; null where nobody has to say anything. */
  | { readonly kind: 'plan'; readonly vouch: Vouch | null };

export interface PlanQuestion {
  readonly host: CodeHost;
  readonly pullRequest: PullRequest;
  readonly policy: EnvironmentPolicy;
  readonly person: Person;
  readonly job: Extract<Job, { kind: 'command' }>;
}

/**
 * Whether somebody may have a pull request planned. On a stranger's, `/plan` of somebody who may write lets its head
 * be run, and only the one that was shown here when they wrote: what is pushed between the word and its being heard
 * is no part of it.
 */
export async function askPlan(question: PlanQuestion, tools: Tools): Promise<PlanAsked> {
  const { host, pullRequest, policy, person, job } = question;
  const strangeness = await strangenessOf(host, pullRequest, tools);
  if (strangeness !== null && !isBotLogin(person.login) && !roleAtLeast(person.role, 'write')) {
    return { kind: 'refused', why: notTheirs(strangeness, person.login, pullRequest.author) };
  }
  const isAuthor = isSameLogin(pullRequest.author, job.actor);
  const decision = mayCommand('plan', person, policy, { isAuthor });
  if (decision.status !== 'allowed') return { kind: 'refused', why: decision.message };
  if (strangeness === null) return { kind: 'plan', vouch: null };
  const { repositoryId, commentId, actor: login } = job;
  const { number, head } = pullRequest;
  if (!(await wasShown(question, tools))) return { kind: 'refused', why: notShown(pullRequest) };
  return { kind: 'plan', vouch: { repositoryId, pullRequest: number, head, login, commentId } };
}

/**
 * Whether this head stood here, with its plan, before the comment was written: by what Tidegate kept, and by GitHub's
 * own clock, since the two clocks can differ. GitHub gives times in whole seconds, rounded down: a doubt counts
 * against the comment.
 */
async function wasShown(
  { host, pullRequest, policy, job }: PlanQuestion,
  { records }: Tools,
): Promise<boolean> {
  const { repositoryId, writtenAt } = job;
  const { number, head } = pullRequest;
  if ((await records.vouchOf(repositoryId, number, head)) !== null) return true;
  if (writtenAt === undefined) return false;
  const written = new Date(writtenAt);
  const at = [repositoryId, number, policy.name, head, written, policy.beside] as const;
  const kept = await records.planSeenAt(...at);
  if (kept === null) return false;
  const shown = await host.firstShown(head, `tidegate / plan (${policy.name})`);
  return shown !== null && shown.getTime() < written.getTime();
}

function notShown({ head }: PullRequest): string {
  return (
    `Your word would have been for commit \`${shortSha(head)}\`, which had not been shown here yet when you wrote. ` +
    'Read that commit, and comment `/plan` again if it may be run.'
  );
}

/** Keeps what somebody said for a commit, once. */
export async function keepVouch(vouch: Vouch, environment: string, tools: Tools): Promise<void> {
  if (!(await tools.records.vouch(vouch))) return;
  const { repositoryId, pullRequest, head, login, commentId } = vouch;
  await tools.records.audit({
    repositoryId,
    environment,
    pullRequest,
    commit: head,
    actor: login,
    action: 'vouched',
    migration: null,
    digest: null,
    detail: { commentId },
  });
}
