import { readCommit } from '../git/commits.ts';
import { pullRequestsWithHead, suiteConclusion } from '../operations/check-lookup.ts';
import type { Annotation, CheckRun, CheckSuite } from '../model.ts';
import { appById, repositoryById, type World } from '../world.ts';
import { presentAppReference } from './app.ts';
import { presentSimpleCommit } from './commit.ts';
import { encodePath, repositoryApi, repositoryPage } from './links.ts';
import { presentMinimalPullRequest } from './pull-request.ts';
import { presentMinimalRepository } from './repository.ts';

export function presentCheckRun(world: World, run: CheckRun) {
  const repository = repositoryById(world, run.repositoryId);
  const url = `${repositoryApi(world, repository)}/check-runs/${run.id}`;
  const page = `${repositoryPage(world, repository)}/runs/${run.id}`;
  return {
    id: run.id,
    node_id: run.nodeId,
    head_sha: run.headSha,
    name: run.name,
    external_id: run.externalId,
    url,
    html_url: page,
    details_url: run.detailsUrl ?? page,
    status: run.status,
    conclusion: run.conclusion,
    started_at: run.startedAt,
    completed_at: run.completedAt,
    output: {
      title: run.title,
      summary: run.summary,
      text: run.text,
      annotations_count: run.annotations.length,
      annotations_url: `${url}/annotations`,
    },
    check_suite: { id: run.suiteId },
    app: presentAppReference(world, appById(world, run.appId)),
    pull_requests: pullRequestsWithHead(world, repository, run.headSha).map((pull) =>
      presentMinimalPullRequest(world, pull),
    ),
  };
}

export function presentAnnotation(world: World, run: CheckRun, annotation: Annotation) {
  const repository = repositoryById(world, run.repositoryId);
  const path = encodePath(annotation.path);
  return {
    path: annotation.path,
    blob_href: `${repositoryPage(world, repository)}/blob/${run.headSha}/${path}`,
    start_line: annotation.startLine,
    end_line: annotation.endLine,
    start_column: annotation.startColumn,
    end_column: annotation.endColumn,
    annotation_level: annotation.level,
    title: annotation.title,
    message: annotation.message,
    raw_details: annotation.rawDetails,
  };
}

export async function presentCheckSuite(world: World, suite: CheckSuite) {
  const repository = repositoryById(world, suite.repositoryId);
  const runs = [...world.store.checkRuns.values()].filter((run) => run.suiteId === suite.id);
  const { status, conclusion } = suiteConclusion(runs);
  const url = `${repositoryApi(world, repository)}/check-suites/${suite.id}`;
  const commit = await readCommit(world.git(repository), suite.headSha);
  return {
    id: suite.id,
    node_id: suite.nodeId,
    head_branch: suite.headBranch,
    head_sha: suite.headSha,
    status,
    conclusion,
    url,
    before: suite.before,
    after: suite.headSha,
    pull_requests: pullRequestsWithHead(world, repository, suite.headSha).map((pull) =>
      presentMinimalPullRequest(world, pull),
    ),
    app: presentAppReference(world, appById(world, suite.appId)),
    created_at: suite.createdAt,
    updated_at: suite.updatedAt,
    head_commit: presentSimpleCommit(commit),
    latest_check_runs_count: runs.length,
    check_runs_url: `${url}/check-runs`,
    repository: presentMinimalRepository(world, repository),
  };
}
