import { ApiError, invalid } from '../../errors.ts';
import type { MergeMethod, PullRequest } from '../../model.ts';
import { createComment } from '../../operations/comments.ts';
import { mergeObstacles } from '../../operations/merge-requirements.ts';
import { dequeue, enqueue } from '../../operations/merge-queue.ts';
import { mergePullRequest, updateBranch } from '../../operations/merging.ts';
import { editPullRequest, setDraft } from '../../operations/pull-requests.ts';
import { revertPullRequest } from '../../operations/reverting.ts';
import { submitReview, type ReviewVerdict } from '../../operations/reviews.ts';
import { pullRequestByNumber } from '../../world.ts';
import { repositoryView } from '../context.ts';
import { field, type Outcome, type Submission } from './form.ts';

/** Does what a form of a pull request's page asks for. Throws what the operation throws, and 404 for an unknown form. */
export async function actOnPullRequest(
  submission: Submission,
  number: number,
  action: string,
): Promise<Outcome> {
  const { world, repository } = submission;
  const pull = pullRequestByNumber(world, repository, number);
  const path = `${repositoryView(world, repository).path}/pull/${number}`;
  switch (action) {
    case 'comment':
      return comment(submission, number, path);
    case 'review':
      return review(submission, pull, path);
    case 'merge':
      return merge(submission, pull, path);
    case 'enqueue':
      await enqueue(world, pull, { head: field(submission.form, 'sha') }, submission.by);
      return { path, says: 'The pull request was added to the merge queue.' };
    case 'dequeue':
      await dequeue(world, pull, submission.by);
      return { path, says: 'The pull request was removed from the merge queue.' };
    case 'state':
      return changeState(submission, pull, path);
    case 'update-branch':
      await updateBranch(world, pull, undefined, submission.by);
      return { path, says: `Merged ${pull.base.ref} into ${pull.head.ref}.` };
    case 'ready':
      await setDraft(world, pull, false, submission.by);
      return { path, says: 'The pull request is ready for review.' };
    case 'revert':
      return revert(submission, pull);
    default:
      throw new ApiError(404, 'Not Found');
  }
}

function comment({ world, by, repository, form }: Submission, number: number, path: string): Outcome {
  const { id } = createComment(world, repository, number, field(form, 'body'), by);
  return { path: `${path}#issuecomment-${id}`, says: '' };
}

const verdicts: Readonly<Record<string, ReviewVerdict>> = {
  approve: 'APPROVE',
  'request-changes': 'REQUEST_CHANGES',
  comment: 'COMMENT',
};

function review({ world, by, form }: Submission, pull: PullRequest, path: string): Outcome {
  const event = verdicts[field(form, 'verdict')];
  if (event === undefined) throw invalid('Choose whether to comment, approve or request changes.');
  const commitId = pull.head.sha === field(form, 'sha') ? pull.head.sha : undefined;
  if (commitId === undefined)
    throw new ApiError(409, 'Head branch was modified. Look at the new commits and review again.');
  const { id } = submitReview(world, pull, { event, body: field(form, 'body'), commitId }, by);
  return { path: `${path}#pullrequestreview-${id}`, says: 'Your review was submitted.' };
}

const mergeMethods: Readonly<Record<string, MergeMethod>> = {
  merge: 'merge',
  squash: 'squash',
  rebase: 'rebase',
};

/** The API lets an administrator pass over protection without a word; the page asks them to say so. */
async function merge({ world, by, form }: Submission, pull: PullRequest, path: string): Promise<Outcome> {
  const method = mergeMethods[field(form, 'method')];
  if (method === undefined) throw invalid('Choose how to merge.');
  const [obstacle] = field(form, 'bypass') === 'yes' ? [] : await mergeObstacles(world, pull);
  if (obstacle !== undefined) throw new ApiError(405, obstacle.message);
  await mergePullRequest(world, pull, { method, sha: field(form, 'sha') }, by);
  return { path, says: 'Pull request successfully merged.' };
}

async function changeState(
  { world, by, form }: Submission,
  pull: PullRequest,
  path: string,
): Promise<Outcome> {
  const state = field(form, 'state') === 'open' ? 'open' : 'closed';
  await editPullRequest(world, pull, { state }, by);
  return { path, says: state === 'open' ? 'Pull request reopened.' : 'Pull request closed.' };
}

async function revert({ world, by, repository }: Submission, pull: PullRequest): Promise<Outcome> {
  const opened = await revertPullRequest(world, pull, {}, by);
  const path = `${repositoryView(world, repository).path}/pull/${opened.issue.number}`;
  return { path, says: 'Opened a pull request that takes the other one back.' };
}
