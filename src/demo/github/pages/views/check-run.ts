import type { CheckRun } from '../../model.ts';
import { pullRequestsWithHead } from '../../operations/check-lookup.ts';
import { checkRunById } from '../../operations/check-runs.ts';
import { hasRole } from '../../operations/rights.ts';
import { appById } from '../../world.ts';
import { markdownIn, repositoryView, visibleRepository, type Page, type PageContext } from '../context.ts';
import { shortSha, webAddress, when } from '../text.ts';
import { marks, outcomeOf, toneOf } from './checks.ts';
import { annotationView } from './diff.ts';

/** What a check has to say, and the buttons it offers to those who may write. */
export function checkRunPage(context: PageContext, owner: string, name: string, id: number): Page {
  const { world, viewer } = context;
  const repository = visibleRepository(context, owner, name);
  const run = checkRunById(world, repository, id);
  const { path } = repositoryView(world, repository);
  const view = {
    repository: repositoryView(world, repository),
    run: runView(context, run, `${path}/runs/${run.id}`),
    commit: { sha: shortSha(run.headSha), href: `${path}/commit/${run.headSha}` },
    pulls: pullRequestsWithHead(world, repository, run.headSha).map((pull) => ({
      number: pull.issue.number,
      title: pull.issue.title,
      href: `${path}/pull/${pull.issue.number}`,
    })),
    summary: markdownIn(world, repository, run.summary),
    text: markdownIn(world, repository, run.text),
    annotations: run.annotations.map((annotation) => annotationView(world, repository, run, annotation)),
    canPress: viewer !== null && hasRole(world, repository, viewer.account, 'write'),
  };
  return { title: run.name, template: 'check-run', view };
}

function runView({ world }: PageContext, run: CheckRun, path: string) {
  const app = appById(world, run.appId);
  const tone = toneOf(run);
  const details = webAddress(run.detailsUrl);
  return {
    path,
    name: run.name,
    tone,
    mark: marks[tone],
    outcome: outcomeOf(run),
    title: run.title ?? '',
    app: app.name,
    appHref: `/apps/${app.slug}`,
    started: when(run.startedAt),
    completed: when(run.completedAt),
    details: details === `${world.url}${path}` ? null : details,
    actions: run.actions,
  };
}
