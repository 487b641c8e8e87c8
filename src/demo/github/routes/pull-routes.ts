import { z } from 'zod';
import { input, listed, numberParam, repositoryRoute, type Call, type Route } from '../http/route.ts';
import type { PullRequest, Repository } from '../model.ts';
import { lookAtMergeability } from '../operations/merge-requirements.ts';
import { mergePullRequest, updateBranch } from '../operations/merging.ts';
import { changesOf, commitsOf } from '../operations/pull-request-content.ts';
import { changeReviewers, editPullRequest, openPullRequest } from '../operations/pull-requests.ts';
import { presentAccountById } from '../presenters/account.ts';
import { presentCommit, presentFile } from '../presenters/commit.ts';
import { presentPullRequest, presentSimplePullRequest } from '../presenters/pull-request.ts';
import { presentTeam } from '../presenters/team.ts';
import { accountById, pullRequestByNumber, pullRequestsOf, repositoryById } from '../world.ts';

const NewBody = z.object({
  title: z.string().min(1),
  body: z.string().nullish(),
  head: z.string(),
  base: z.string(),
  draft: z.boolean().default(false),
});
const EditBody = z.object({
  title: z.string().min(1).optional(),
  body: z.string().nullish(),
  state: z.enum(['open', 'closed']).optional(),
  base: z.string().optional(),
});
const MergeBody = z.object({
  commit_title: z.string().optional(),
  commit_message: z.string().optional(),
  sha: z.string().optional(),
  merge_method: z.enum(['merge', 'squash', 'rebase']).default('merge'),
});
const ReviewersBody = z.object({
  reviewers: z.array(z.string()).default([]),
  team_reviewers: z.array(z.string()).default([]),
});

/** The pull request that the path names. Throws 404. */
export function pullIn(call: Call, repository: Repository): PullRequest {
  return pullRequestByNumber(call.world, repository, numberParam(call, 'number'));
}

function listPulls(call: Call, repository: Repository) {
  const { query, world } = call;
  const state = query['state'] ?? 'open';
  const key = query['sort'] === 'updated' ? 'updatedAt' : 'createdAt';
  const direction =
    query['direction'] ?? (query['sort'] === undefined || key === 'createdAt' ? 'desc' : 'asc');
  const found = pullRequestsOf(world, repository)
    .filter((pull) => state === 'all' || pull.issue.state === state)
    .filter((pull) => query['base'] === undefined || pull.base.ref === query['base'])
    .filter((pull) => query['head'] === undefined || labelOf(call, pull) === query['head'])
    .sort(
      (one, other) => one.issue[key].localeCompare(other.issue[key]) || one.issue.number - other.issue.number,
    );
  if (direction === 'desc') found.reverse();
  return listed(call, found, (pull) => presentSimplePullRequest(world, pull));
}

function labelOf(call: Call, pull: PullRequest): string {
  const owner = accountById(call.world, repositoryById(call.world, pull.head.repositoryId).ownerId);
  return `${owner.login}:${pull.head.ref}`;
}

async function getPull(call: Call, repository: Repository) {
  const pull = pullIn(call, repository);
  const { world } = call;
  await lookAtMergeability(world, pull);
  return { body: await presentPullRequest(world, pull) };
}

async function merge(call: Call, repository: Repository) {
  const body = input(call, MergeBody);
  const request = {
    method: body.merge_method,
    sha: body.sha,
    title: body.commit_title,
    message: body.commit_message,
  };
  const sha = await mergePullRequest(call.world, pullIn(call, repository), request, call.actor);
  return { body: { sha, merged: true, message: 'Pull Request successfully merged' } };
}

async function reviewers(call: Call, repository: Repository, change: 'add' | 'remove') {
  const body = input(call, ReviewersBody);
  const pull = pullIn(call, repository);
  const asked = { logins: body.reviewers, teams: body.team_reviewers };
  await changeReviewers(call.world, pull, change, asked, call.actor);
  return { status: change === 'add' ? 201 : 200, body: presentSimplePullRequest(call.world, pull) };
}

export const pullRoutes: readonly Route[] = [
  repositoryRoute('GET', '/pulls', ['pull_requests:read'], listPulls),
  repositoryRoute('POST', '/pulls', ['pull_requests:write'], async (call, repository) => {
    const body = input(call, NewBody);
    const pull = await openPullRequest(
      call.world,
      repository,
      { ...body, body: body.body ?? null },
      call.actor,
    );
    return { status: 201, body: await presentPullRequest(call.world, pull) };
  }),
  repositoryRoute('GET', '/pulls/:number', ['pull_requests:read'], getPull),
  repositoryRoute('PATCH', '/pulls/:number', ['pull_requests:write'], async (call, repository) => {
    const pull = pullIn(call, repository);
    await editPullRequest(call.world, pull, input(call, EditBody), call.actor);
    return { body: await presentPullRequest(call.world, pull) };
  }),
  repositoryRoute('PUT', '/pulls/:number/merge', ['contents:write'], merge),
  repositoryRoute('GET', '/pulls/:number/merge', ['pull_requests:read'], (call, repository) => ({
    status: pullIn(call, repository).merge === null ? 404 : 204,
  })),
  repositoryRoute(
    'PUT',
    '/pulls/:number/update-branch',
    ['pull_requests:write'],
    async (call, repository) => {
      const body = input(call, z.object({ expected_head_sha: z.string().optional() }));
      const pull = pullIn(call, repository);
      await updateBranch(call.world, pull, body.expected_head_sha, call.actor);
      const { url } = presentSimplePullRequest(call.world, pull);
      return { status: 202, body: { message: 'Updating pull request branch.', url } };
    },
  ),
  repositoryRoute('GET', '/pulls/:number/commits', ['pull_requests:read'], async (call, repository) => {
    const commits = await commitsOf(call.world, pullIn(call, repository));
    return listed(call, commits, (commit) => presentCommit(call.world, repository, commit));
  }),
  repositoryRoute('GET', '/pulls/:number/files', ['pull_requests:read'], async (call, repository) => {
    const pull = pullIn(call, repository);
    const files = await changesOf(call.world, pull);
    return listed(call, files, (file) => presentFile(call.world, repository, pull.head.sha, file));
  }),
  repositoryRoute('GET', '/pulls/:number/requested_reviewers', ['pull_requests:read'], (call, repository) => {
    const pull = pullIn(call, repository);
    const teams = [...pull.requestedTeamIds].flatMap((id) => call.world.store.teams.get(id) ?? []);
    return {
      body: {
        users: [...pull.requestedReviewerIds].map((id) => presentAccountById(call.world, id)),
        teams: teams.map((team) => presentTeam(call.world, team)),
      },
    };
  }),
  repositoryRoute('POST', '/pulls/:number/requested_reviewers', ['pull_requests:write'], (call, repository) =>
    reviewers(call, repository, 'add'),
  ),
  repositoryRoute(
    'DELETE',
    '/pulls/:number/requested_reviewers',
    ['pull_requests:write'],
    (call, repository) => reviewers(call, repository, 'remove'),
  ),
];
