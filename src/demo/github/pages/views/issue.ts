import { hasRole } from '../../operations/rights.ts';
import { issueByNumber } from '../../world.ts';
import { repositoryView, visibleRepository, type Page, type PageContext } from '../context.ts';
import { issueTimeline, wordsView } from './timeline.ts';

export function issuePage(context: PageContext, owner: string, name: string, number: number): Page {
  const { world, viewer } = context;
  const repository = visibleRepository(context, owner, name);
  const issue = issueByNumber(world, repository, number);
  const { path } = repositoryView(world, repository);
  const manages =
    viewer !== null &&
    (viewer.account.id === issue.authorId || hasRole(world, repository, viewer.account, 'triage'));
  const view = {
    repository: repositoryView(world, repository),
    issue: {
      path: `${path}/issues/${number}`,
      number,
      title: issue.title,
      state: issue.state,
    },
    opening: wordsView(world, repository, issue),
    timeline: issueTimeline(world, repository, issue),
    labels: issue.labels,
    canComment: viewer !== null,
    canClose: manages && issue.state === 'open',
    canReopen: manages && issue.state === 'closed',
  };
  return { title: `${issue.title} · Issue #${number}`, template: 'issue', view };
}
