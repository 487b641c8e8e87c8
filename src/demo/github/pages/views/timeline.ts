import type { GitCommit } from '../../git/commits.ts';
import type { Comment, Issue, PullRequest, Repository, Review } from '../../model.ts';
import { commentsOf, reactionsTo } from '../../operations/comments.ts';
import { reviewsOf } from '../../operations/reviews.ts';
import { associationOf } from '../../operations/rights.ts';
import { accountByEmail, accountById, repositoryById, type World } from '../../world.ts';
import { markdownIn, repositoryView } from '../context.ts';
import { person, shortSha, when, type PersonView } from '../text.ts';
import { checksOn, summariseChecks } from './checks.ts';

/** One thing that happened, sorted by when. The template looks at `kind`'s flag alone. */
export interface TimelineItem {
  readonly at: string;
  /** What was made later has the higher id: it decides within a second. */
  readonly id: number;
  readonly comment: object | null;
  readonly review: object | null;
  readonly commit: object | null;
  readonly event: object | null;
}

const nothing = { comment: null, review: null, commit: null, event: null };

/** The words somebody wrote: an issue's first ones or a comment. */
export function wordsView(world: World, repository: Repository, words: Issue | Comment) {
  const isComment = !('title' in words);
  const association = associationOf(world, repository, words.authorId);
  return {
    anchor: isComment ? `issuecomment-${words.id}` : `issue-${words.id}`,
    author: person(accountById(world, words.authorId)),
    association: association === 'NONE' ? '' : association.toLowerCase(),
    at: when(words.createdAt),
    isEdited: isComment && words.updatedAt !== words.createdAt,
    minimized: isComment ? words.minimized : null,
    html: markdownIn(world, repository, words.body),
    reactions: reactionViews(world, isComment ? 'comment' : 'issue', words.id),
  };
}

const emoji: Readonly<Record<string, string>> = {
  '+1': '👍',
  '-1': '👎',
  laugh: '😄',
  confused: '😕',
  heart: '❤️',
  hooray: '🎉',
  rocket: '🚀',
  eyes: '👀',
};

function reactionViews(world: World, kind: 'comment' | 'issue', id: number) {
  const all = reactionsTo(world, { kind, id });
  return [...new Set(all.map((reaction) => reaction.content))].map((content) => {
    const by = all.filter((reaction) => reaction.content === content);
    const names = by.map((reaction) => accountById(world, reaction.authorId).login).join(', ');
    return { emoji: emoji[content] ?? content, count: by.length, names };
  });
}

/** What followed the first words of an issue. */
export function issueTimeline(world: World, repository: Repository, issue: Issue): TimelineItem[] {
  const comments = commentsOf(world, repository, issue.number).map((comment) => ({
    ...nothing,
    at: comment.createdAt,
    id: comment.id,
    comment: wordsView(world, repository, comment),
  }));
  return inOrder([...comments, ...closing(world, issue, 'closed this')]);
}

/** What followed the first words of a pull request. */
export function pullTimeline(world: World, pull: PullRequest, commits: readonly GitCommit[]): TimelineItem[] {
  const repository = repositoryById(world, pull.base.repositoryId);
  const done =
    pull.merge === null
      ? 'closed this pull request'
      : `merged commit ${mergedAs(pull)} into ${pull.base.ref}`;
  const comments = commentsOf(world, repository, pull.issue.number).map((comment) => ({
    ...nothing,
    at: comment.createdAt,
    id: comment.id,
    comment: wordsView(world, repository, comment),
  }));
  return inOrder([
    ...commits.map((commit) => ({
      ...nothing,
      at: commit.committer.date,
      id: 0,
      commit: commitView(world, repository, commit),
    })),
    ...comments,
    ...reviewsOf(world, pull).map((review) => ({
      ...nothing,
      at: review.submittedAt,
      id: review.id,
      review: reviewView(world, pull, review),
    })),
    ...closing(world, pull.issue, done),
  ]);
}

function mergedAs(pull: PullRequest): string {
  return shortSha(pull.mergeCommitSha ?? '');
}

function inOrder(items: TimelineItem[]): TimelineItem[] {
  return items.sort((one, other) => Date.parse(one.at) - Date.parse(other.at) || one.id - other.id);
}

function closing(world: World, issue: Issue, says: string): TimelineItem[] {
  if (issue.closedAt === null || issue.closedById === null) return [];
  const by: PersonView = person(accountById(world, issue.closedById));
  return [
    {
      ...nothing,
      at: issue.closedAt,
      id: Number.MAX_SAFE_INTEGER,
      event: { by, says, at: when(issue.closedAt) },
    },
  ];
}

export function commitView(world: World, repository: Repository, commit: GitCommit) {
  const account = accountByEmail(world, commit.author.email);
  return {
    sha: shortSha(commit.sha),
    href: `${repositoryView(world, repository).path}/commit/${commit.sha}`,
    subject: commit.message.split('\n')[0] ?? '',
    author: account === undefined ? null : person(account),
    authorName: commit.author.name,
    at: when(commit.committer.date),
    checks: summariseChecks(checksOn(world, repository, commit.sha, [])),
  };
}

const reviewWords: Readonly<Record<Review['state'], string>> = {
  APPROVED: 'approved these changes',
  CHANGES_REQUESTED: 'requested changes',
  COMMENTED: 'reviewed',
  DISMISSED: 'left a review that was dismissed',
};

const reviewMarks: Readonly<Record<Review['state'], string>> = {
  APPROVED: '✓',
  CHANGES_REQUESTED: '✕',
  COMMENTED: '✎',
  DISMISSED: '–',
};

function reviewView(world: World, pull: PullRequest, review: Review) {
  const repository = repositoryById(world, pull.base.repositoryId);
  return {
    anchor: `pullrequestreview-${review.id}`,
    author: person(accountById(world, review.authorId)),
    state: review.state.toLowerCase(),
    mark: reviewMarks[review.state],
    says: reviewWords[review.state],
    at: when(review.submittedAt),
    sha: shortSha(review.commitId),
    isOutdated: review.commitId !== pull.head.sha,
    html: markdownIn(world, repository, review.body),
  };
}
