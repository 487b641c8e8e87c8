import type { Contributor, Decision, GateFacts, Review } from '../domain/gate.ts';
import { isAnyOf, isSameLogin } from './rights.ts';
import { anyOf, node, quoted } from './words.ts';

/** Each reviewer's standing review, as a node that says whether it counts and why. */
export function weighReviews(facts: GateFacts): readonly Decision[] {
  return standingReviews(facts.reviews).map((review) => {
    switch (review.state) {
      case 'approved':
        return weighApproval(review, facts);
      case 'changes-requested':
        return weighChangeRequest(review, facts);
      case 'dismissed':
        return node(
          'refused',
          'approval-dismissed',
          `The review of ${quoted(review.login)} was dismissed; an older one does not come back.`,
        );
    }
  });
}

type StandingReview = Review & { readonly state: Exclude<Review['state'], 'commented'> };

/** The newest review of each person that says yes or no, or did until it was dismissed; a comment changes nothing. */
function standingReviews(reviews: readonly Review[]): readonly StandingReview[] {
  const newest = new Map<string, StandingReview>();
  const inOrder = reviews.toSorted((a, b) => a.submittedAt.getTime() - b.submittedAt.getTime());
  for (const review of inOrder) {
    const { state } = review;
    if (state !== 'commented') newest.set(review.login.toLowerCase(), { ...review, state });
  }
  return [...newest.values()];
}

function weighApproval(review: Review, facts: GateFacts): Decision {
  const who = quoted(review.login);
  const { from } = facts.policy.approvals;
  if (review.isBot) {
    return node('refused', 'approval-by-bot', `${who} approved, but is a bot: only people approve.`);
  }
  const part = facts.contributors.find(({ login }) => isSameLogin(login, review.login));
  if (part !== undefined) {
    const message = `${who} approved, but ${partOf(part)}: somebody who did not has to.`;
    return node('refused', 'approval-by-contributor', message);
  }
  if (!hasRight(review, facts)) {
    return node(
      'refused',
      'approval-without-right',
      `${who} approved, but only approvals from ${anyOf(from)} count.`,
    );
  }
  if (!facts.contributorsComplete) {
    const message = `${who} approved, but may be among the authors that GitHub does not list.`;
    return node('waiting', 'contributors-unknown', message);
  }
  if (review.digest !== facts.digest) {
    return node('waiting', 'approval-of-another-plan', anotherPlan(who, review, facts));
  }
  return node('allowed', 'approval-counts', `${who} approved this plan.`);
}

function weighChangeRequest(review: Review, facts: GateFacts): Decision {
  const who = quoted(review.login);
  if (review.isBot || !hasRight(review, facts)) {
    const message = `${who} asked for changes, which stops nothing: it would from ${anyOf(facts.policy.approvals.from)}.`;
    return node('allowed', 'approval-without-right', message);
  }
  const message = `${who} asked for changes. It stands until ${who} approves or the review is dismissed.`;
  return node('waiting', 'changes-requested', message);
}

function hasRight(review: Review, { people, policy }: GateFacts): boolean {
  const person = people.find(({ login }) => isSameLogin(login, review.login));
  return person !== undefined && isAnyOf(person, policy.approvals.from);
}

function partOf({ as, commit }: Contributor): string {
  const where = commit === null ? '' : ` (${quoted(commit.slice(0, 7))})`;
  switch (as) {
    case 'author':
      return commit === null ? 'opened this pull request' : `wrote a commit of it${where}`;
    case 'committer':
      return `committed to it${where}`;
    case 'co-author':
      return `is a co-author of a commit of it${where}`;
    case 'requester':
      return 'asked for this pull request';
  }
}

function anotherPlan(who: string, { commit }: Review, { head }: GateFacts): string {
  if (commit === null) return `${who} approved, but GitHub no longer says which commit: approve again.`;
  if (commit === head) return `${who} approved, but the plan has changed since: approve again.`;
  return `${who} approved ${quoted(commit.slice(0, 7))}, where the plan was another: approve ${quoted(head.slice(0, 7))}.`;
}
