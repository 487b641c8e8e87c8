import type { Contributor, Decision, GateFacts, Person, Review } from '../domain/gate.ts';
import type { Subject } from '../domain/policy.ts';
import { isAtLeast, type Severity } from '../domain/severity.ts';
import { worstOf } from '../domain/traits.ts';
import { anyOfThese, byLogin, isSameLogin, namedByThese } from './rights.ts';
import { anyOf, met, quoted, unmet } from './words.ts';

/** A standing review, with a node that says whether it counts and why. */
export interface WeighedReview {
  readonly login: string;
  readonly isBot: boolean;
  readonly decision: Decision;
}

/** Each reviewer's standing review; `asked` is whose approval can count for this change. */
export function weighReviews(facts: GateFacts, asked: readonly Subject[]): readonly WeighedReview[] {
  const has = anyOfThese(asked);
  const isNamed = namedByThese(asked);
  const person = byLogin(facts.people);
  const question: Question = {
    facts,
    asked,
    worst: worstOf(facts.traits),
    partOf: byLogin(facts.contributors),
    hasRight: (login) => {
      const found = person(login);
      return found !== undefined && has(found);
    },
    readerAmongThem: (login) => {
      const found = person(login);
      return found !== undefined && isNamed(found) && !has(found) ? found : undefined;
    },
  };
  return standingReviews(facts.reviews).map((review) => ({
    login: review.login,
    isBot: review.isBot,
    decision: weighReview(review, question),
  }));
}

/** What all reviews are held against, looked up once. */
interface Question {
  readonly facts: GateFacts;
  readonly asked: readonly Subject[];
  /** The worst hazard that the change has by now. */
  readonly worst: Severity | null;
  readonly partOf: (login: string) => Contributor | undefined;
  readonly hasRight: (login: string) => boolean;
  /** Whom the policy asks, and who may not write; undefined for everybody else. */
  readonly readerAmongThem: (login: string) => Person | undefined;
}

function weighReview(review: StandingReview, question: Question): Decision {
  switch (review.state) {
    case 'approved':
      return weighApproval(review, question);
    case 'changes-requested':
      return weighChangeRequest(review, question);
    case 'dismissed': {
      const message = `The review of ${quoted(review.login)} was dismissed; an older one does not come back.`;
      return unmet('refused', 'approval-dismissed', message, askOf(question, 'a dismissed one'));
    }
  }
}

type StandingReview = Review & { readonly state: Exclude<Review['state'], 'commented'> };

/**
 * The newest review of each person that says yes or no, or did until it was dismissed; a comment changes nothing.
 * A request for changes is only over with an approval or its own dismissal, not with that of a later review: GitHub
 * does not say of a dismissed one whether it approved.
 */
function standingReviews(reviews: readonly Review[]): readonly StandingReview[] {
  const newest = new Map<string, StandingReview>();
  const inOrder = reviews.toSorted((a, b) => a.submittedAt.getTime() - b.submittedAt.getTime());
  for (const review of inOrder) {
    const { state } = review;
    const login = review.login.toLowerCase();
    if (state === 'commented') continue;
    if (state === 'dismissed' && newest.get(login)?.state === 'changes-requested') continue;
    newest.set(login, { ...review, state });
  }
  return [...newest.values()];
}

/** What a review that does not count leaves wanting. */
function askOf({ asked }: Question, found: string): { wanted: string; found: string; who: string } {
  const who = `${anyOf(asked)} who did not write this`;
  return { wanted: 'an approval that counts', found, who };
}

function weighApproval(review: Review, question: Question): Decision {
  const { facts, asked, worst, ...known } = question;
  const who = quoted(review.login);
  const did = review.confirmedOn === undefined ? 'approved' : `confirmed on #${review.confirmedOn}`;
  if (review.isBot && !isTrustedBot(review, facts)) {
    const message = `${who} ${did}, but is a bot: only people approve.`;
    return unmet('refused', 'approval-by-bot', message, askOf(question, 'one by a bot'));
  }
  const part = known.partOf(review.login);
  if (part !== undefined) {
    const message = `${who} ${did}, but ${partOf(part)}: somebody who did not has to.`;
    return unmet('refused', 'approval-by-contributor', message, askOf(question, 'one by who had a part'));
  }
  if (
    facts.policy.separate?.approvingAndMerging === true &&
    isSameLogin(facts.mergedBy ?? '', review.login)
  ) {
    const message = `${who} ${did}, and merged it: one person does not do both here.`;
    return unmet('refused', 'approval-by-merger', message, askOf(question, 'one by who merged'));
  }
  if (!known.hasRight(review.login)) {
    const message = `${who} ${did}, but ${withoutRight(known.readerAmongThem(review.login), asked)}`;
    return unmet('refused', 'approval-without-right', message, askOf(question, 'one without the right'));
  }
  if (!facts.contributorsComplete) {
    const message = `${who} ${did}, but may be among the authors that GitHub does not list.`;
    return unmet('waiting', 'contributors-unknown', message, askOf(question, 'one that may be a writer’s'));
  }
  if (review.digest !== facts.digest) {
    const message = anotherPlan(who, did, review, facts);
    return unmet('waiting', 'approval-of-another-plan', message, askOf(question, 'one of another plan'));
  }
  const seen = review.severity ?? null;
  if (worst !== null && (seen === null || !isAtLeast(seen, worst))) {
    const was = seen === null ? 'no hazard was found in it' : `its worst hazard was of severity ${seen}`;
    const message = `${who} ${did} when ${was}; by now there is one of severity ${worst}: approve again.`;
    return unmet('waiting', 'approval-of-lesser-risk', message, askOf(question, 'one of a lesser risk'));
  }
  return met('approval-counts', `${who} ${review.confirmedOn === undefined ? 'approved this plan' : did}.`);
}

function withoutRight(reader: Person | undefined, asked: readonly Subject[]): string {
  if (reader === undefined) return `only approvals from ${anyOf(asked)} count.`;
  const found =
    reader.role === 'read' || reader.role === 'triage' ? `may only ${reader.role}` : 'may not write';
  return `${found} on this repository: an approval counts from who may write.`;
}

function isTrustedBot({ login }: Review, { policy }: GateFacts): boolean {
  return (policy.approvals.bots ?? []).some((bot) => isSameLogin(bot, login));
}

function weighChangeRequest(review: Review, { facts, asked, hasRight }: Question): Decision {
  const who = quoted(review.login);
  if ((review.isBot && !isTrustedBot(review, facts)) || !hasRight(review.login)) {
    const message = `${who} asked for changes, which stops nothing: it would from ${anyOf(asked)}.`;
    return met('approval-without-right', message);
  }
  const message = `${who} asked for changes. It stands until ${who} approves or the review is dismissed.`;
  return unmet('waiting', 'changes-requested', message, {
    wanted: 'no request for changes',
    found: 'one',
    who: `${who}, or who may dismiss reviews`,
  });
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
    case 'pusher':
      return `pushed it${where}`;
    case 'glass-breaker':
      return 'let it through themselves';
  }
}

function anotherPlan(
  who: string,
  did: string,
  { commit, digest }: Review,
  { head, policy }: GateFacts,
): string {
  if (commit === null) return `${who} ${did}, but GitHub no longer says which commit: approve again.`;
  if (commit === head && digest === null)
    return `${who} ${did} before there was a plan of it for ${quoted(policy.name)}: read that, and approve again.`;
  if (commit === head) return `${who} ${did}, but the plan has changed since: approve again.`;
  return `${who} ${did} ${quoted(commit.slice(0, 7))}, where the plan was another: approve ${quoted(head.slice(0, 7))}.`;
}
