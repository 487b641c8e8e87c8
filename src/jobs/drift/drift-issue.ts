import type { EnvironmentKey } from '../../domain/repository.ts';
import type { CodeHost } from '../../ports/code-host.ts';
import { findEnvironment } from '../environment.ts';
import type { Tools } from '../tools.ts';
import { driftView } from './drift-view.ts';

/** Opens the issue that tells of an environment's drift, or writes it anew; told twice, there is one. */
export async function writeDriftIssue(host: CodeHost, key: EnvironmentKey, tools: Tools): Promise<void> {
  const [environment, record] = await Promise.all([findEnvironment(key, tools), tools.records.drift(key)]);
  if (environment === null || record?.finding.kind !== 'drift') return;
  const view = await driftView(environment, record.finding, record, tools);
  const { title, body } = tools.reports.driftIssue(view);
  if (record.issue !== null && (await host.updateIssue(record.issue, title, body))) return;
  const issue = await host.openIssue(title, body);
  // A repository without issues: its pull requests and `/status` say it.
  if (issue === null) return;
  // It may be gone by now: then nobody else knows of the issue.
  const now = await tools.records.drift(key);
  if (now?.finding.kind === 'drift') await tools.records.setDriftIssue(key, issue);
  else await host.closeIssue(issue);
}
