import type { Actor, MergeMethod, PullRequest, Repository } from '../../model.ts';
import {
  decidingReviews,
  mayMergePast,
  mergeObstacles,
  type Obstacle,
} from '../../operations/merge-requirements.ts';
import { queueOn, requiredChecksOn, rulesOn } from '../../operations/branch-rules.ts';
import { entriesOf, entryOf } from '../../operations/queue-entries.ts';
import { hasRole } from '../../operations/rights.ts';
import { accountById, repositoryById, type World } from '../../world.ts';
import type { PageContext } from '../context.ts';
import { person, plural } from '../text.ts';
import { checksOn, marks, summariseChecks, type Tone } from './checks.ts';

const methods: readonly { readonly value: MergeMethod; readonly label: string }[] = [
  { value: 'merge', label: 'Create a merge commit' },
  { value: 'squash', label: 'Squash and merge' },
  { value: 'rebase', label: 'Rebase and merge' },
];

interface Row {
  readonly tone: Tone;
  readonly mark: string;
  readonly headline: string;
  readonly detail: string;
}

function row(tone: Tone, headline: string, detail: string): Row {
  return { tone, mark: marks[tone], headline, detail };
}

/** Everything between an open pull request and its merge, and the buttons that the viewer may press. */
export async function mergeBox(context: PageContext, pull: PullRequest) {
  const { world, viewer } = context;
  const repository = repositoryById(world, pull.base.repositoryId);
  const required = requiredChecksOn(world, repository, pull.base.ref);
  const obstacles = await mergeObstacles(world, pull);
  const checks = checksOn(world, repository, pull.head.sha, required);
  const summary = summariseChecks(checks);
  const can = mergeChoice(context, pull, repository, obstacles);
  return {
    tone: obstacles.length === 0 ? 'good' : 'blocked',
    reviews: reviewRow(context, pull, obstacles),
    summary: summary === null ? null : row(summary.tone, summary.headline, summary.detail),
    checks: [...checks].sort((one, other) => order[one.tone] - order[other.tone]),
    conflict: conflictRow(pull, obstacles),
    isBehind: obstacles.some((obstacle) => obstacle.kind === 'behind') && viewer !== null,
    isDraft: pull.draft,
    can,
    queue: queueChoice(context, pull, repository, obstacles),
    methods: methods
      .filter(({ value }) => repository.mergeMethods.has(value))
      .map((method, place) => ({ ...method, isFirst: place === 0 })),
  };
}

const order: Readonly<Record<Tone, number>> = { bad: 0, busy: 1, quiet: 2, good: 3 };

/** Null for a branch without a merge queue; there the queue's own obstacle is none to its button. */
function queueChoice(
  { world, viewer }: PageContext,
  pull: PullRequest,
  repository: Repository,
  obstacles: readonly Obstacle[],
) {
  if (queueOn(world, repository, pull.base.ref) === null) return null;
  const entry = entryOf(world, pull);
  const isFree = obstacles.every(({ kind }) => kind === 'queue' || kind === 'behind');
  return {
    position: entry === undefined ? 0 : entriesOf(world, repository, pull.base.ref).indexOf(entry) + 1,
    mayChange:
      viewer !== null &&
      hasRole(world, repository, viewer.account, 'write') &&
      (entry !== undefined || isFree),
  };
}

interface MergeChoice {
  readonly merge: boolean;
  readonly bypass: boolean;
  /** Why not; empty where the viewer may merge. */
  readonly why: string;
}

function mergeChoice(
  { world, viewer }: PageContext,
  pull: PullRequest,
  repository: Repository,
  obstacles: readonly Obstacle[],
): MergeChoice {
  const no = (why: string): MergeChoice => ({ merge: false, bypass: false, why });
  if (viewer === null) return no('You only look on, so you cannot merge.');
  if (!hasRole(world, repository, viewer.account, 'write'))
    return no('Only those with write access to this repository can merge pull requests.');
  if (obstacles.length === 0) return { merge: true, bypass: false, why: '' };
  const why = obstacles.map((obstacle) => obstacle.message).join(' ');
  const bypass = obstacles.every((obstacle) => mayMergePast(world, pull, obstacle, viewer));
  return { merge: false, bypass, why };
}

function conflictRow(pull: PullRequest, obstacles: readonly Obstacle[]): Row {
  if (obstacles.some(({ kind }) => kind === 'conflict'))
    return row(
      'bad',
      'This branch has conflicts that must be resolved',
      `Merge ${pull.base.ref} into it and push.`,
    );
  if (obstacles.some(({ kind }) => kind === 'behind'))
    return row(
      'busy',
      'This branch is out-of-date with the base branch',
      `Merge the latest changes of ${pull.base.ref} into it.`,
    );
  return row('good', 'No conflicts with base branch', 'Merging can be performed automatically.');
}

/** Null where nobody asked for reviews and nobody gave one that decides. */
function reviewRow({ world }: PageContext, pull: PullRequest, obstacles: readonly Obstacle[]): Row | null {
  const repository = repositoryById(world, pull.base.repositoryId);
  const counts = rulesOn(world, repository, pull.base.ref).map((rules) => rules.requiredReviews?.count ?? 0);
  const required = Math.max(0, ...counts);
  const deciding = decidingReviews(world, pull);
  const counting = deciding.filter((review) => mayWrite(world, repository, review.authorId));
  const approvals = counting.filter((review) => review.state === 'APPROVED').length;
  if (counting.some((review) => review.state === 'CHANGES_REQUESTED'))
    return row('bad', 'Changes requested', 'Somebody with write access asked for changes.');
  const missing = obstacles.find(({ kind }) => kind === 'review');
  if (missing !== undefined) return row('bad', 'Review required', missing.message);
  const given = `${plural(approvals, 'approving review')} by reviewers with write access.`;
  if (approvals > 0) return row('good', 'Changes approved', given);
  if (deciding.length > 0 || required > 0)
    return row('quiet', 'Reviews', 'None by somebody with write access yet.');
  return null;
}

function mayWrite(world: World, repository: Repository, accountId: number): boolean {
  return hasRole(world, repository, accountById(world, accountId), 'write');
}

/** Who was asked for a review, and who gave one that decides. */
export function reviewers({ world }: PageContext, pull: PullRequest) {
  const repository = repositoryById(world, pull.base.repositoryId);
  const given = decidingReviews(world, pull).map((review) => {
    const isApproval = review.state === 'APPROVED';
    const says = isApproval ? 'approved' : 'requested changes';
    return {
      who: person(accountById(world, review.authorId)),
      mark: isApproval ? marks.good : marks.bad,
      tone: isApproval ? 'good' : 'bad',
      says: mayWrite(world, repository, review.authorId) ? says : `${says} (no write access)`,
    };
  });
  const asked = [...pull.requestedReviewerIds].map((id) => ({
    who: person(accountById(world, id)),
    mark: marks.busy,
    tone: 'busy',
    says: 'awaiting review',
  }));
  return [...given, ...asked];
}

/** Whether somebody may press what the author of a pull request, and whoever may write, can. */
export function mayManage({ world }: PageContext, pull: PullRequest, viewer: Actor | null): boolean {
  if (viewer === null) return false;
  const repository = repositoryById(world, pull.base.repositoryId);
  return viewer.account.id === pull.issue.authorId || hasRole(world, repository, viewer.account, 'write');
}
