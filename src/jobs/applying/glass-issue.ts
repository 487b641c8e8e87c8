import type { EnvironmentKey } from '../../domain/repository.ts';
import { decide } from '../../gate/decide.ts';
import { isSameLogin } from '../../gate/rights.ts';
import type { CodeHost } from '../../ports/code-host.ts';
import { findEnvironment } from '../environment.ts';
import { reviewFacts } from './review-glass.ts';
import type { Tools } from '../tools.ts';

/** Opens the issue that asks for a review of what somebody let through; told twice, it opens one. */
export async function openGlassIssue(
  host: CodeHost,
  key: EnvironmentKey,
  commentId: number,
  tools: Tools,
): Promise<void> {
  const [environment, record] = await Promise.all([
    findEnvironment(key, tools),
    tools.records.glassSaid(key, commentId),
  ]);
  if (environment === null || record?.issue !== null || record.reviewedAt !== null) return;
  const facts = await reviewFacts(environment, record, tools);
  const decision = facts === null ? null : decide(facts);
  const wrote = await wroteIt(host, record.pullRequest, record.login);
  const { title, body } = tools.reports.glassIssue({
    environment: key.environment,
    pullRequest: record.pullRequest,
    login: record.login,
    why: record.why,
    isAuthor: wrote,
    digest: record.digest,
    at: record.at,
    needs: decision?.message ?? '',
  });
  const issue = await host.openIssue(title, body);
  // A review of its pull request closes it as well.
  if (issue === null) return;
  await tools.records.updateGlass({ ...record, issue });
  // It may have been reviewed while GitHub was asked: then nobody else knows of the issue.
  const now = await tools.records.glassSaid(key, commentId);
  if (now?.reviewedAt !== null) await host.closeIssue(issue);
}

async function wroteIt(host: CodeHost, pullRequest: number | null, login: string): Promise<boolean> {
  if (pullRequest === null) return false;
  const { people } = await host.contributors(pullRequest);
  return people.some((one) => isSameLogin(one.login, login));
}
