import type { Decision } from '../domain/gate.ts';
import type { Hazard } from '../domain/hazard.ts';
import type { Plan } from '../domain/plan.ts';
import type { ProblemCode } from '../domain/problem.ts';
import { isStoppedBy, windowOf } from './decision-lines.ts';
import { highHazards } from './hazard-rows.ts';
import { outcomeHeadline } from './outcome-headline.ts';
import type { Headline, StickyView } from './sticky-view.ts';
import { counted, quoted } from './words.ts';

/** A comment's first line. */
export function headline(view: StickyView): Headline {
  const { outcome, plan, decision } = view;
  if (outcome !== null) return outcomeHeadline(outcome, view.hold !== null, plan);
  if (plan === null) {
    return { mark: '⏳', answer: 'Not yet: there is no plan.', next: 'Comment `/plan` to have one made.' };
  }
  const [problem] = plan.problems;
  if (problem !== undefined) return redHeadline(problem.code, view);
  if (decision !== null && decision.status !== 'allowed') return stoppedHeadline(decision, view);
  return greenHeadline(plan, view);
}

function greenHeadline(plan: Plan, view: StickyView): Headline {
  const { environment, protected: isProtected, decision } = view;
  const where = quoted(environment);
  const answer =
    view.isShared === true ? `You can merge, as far as ${where} is concerned.` : 'You can merge.';
  if (plan.steps.length === 0) {
    return {
      mark: '✅',
      answer,
      next: `Nothing will run on ${where}: no migration changes.`,
    };
  }
  const count = counted(plan.steps.length, 'migration');
  const approval = isProtected ? '' : ` ${where} is not protected, so no approval is needed.`;
  const glass = decision?.code === 'glass-broken' ? ` ${decision.message}` : '';
  const window = decision === null ? null : windowOf(decision);
  const turn = view.after === undefined ? '' : `, once ${quoted(view.after)} is through with it`;
  const runs = window ?? `Merging runs ${count} on ${where}${turn}.`;
  const next = `${runs}${hazardWarning(plan.hazards)}${approval}${glass}`;
  return { mark: '✅', answer, next };
}

function hazardWarning(hazards: readonly Hazard[]): string {
  const high = highHazards(hazards);
  if (high === 0) return '';
  return ` Read the ${high === 1 ? 'high hazard' : counted(high, 'high hazard')} below first.`;
}

function stoppedHeadline(decision: Decision, { environment, hold }: StickyView): Headline {
  if (hold !== null && isStoppedBy(decision, 'on-hold')) {
    return {
      mark: '⏳',
      answer: `Not yet: ${quoted(environment)} is on hold.`,
      next: 'Why, and what ends it, stands below.',
    };
  }
  const mark = decision.status === 'waiting' ? '⏳' : '❌';
  return { mark, answer: stoppedAnswer(decision), next: decision.message };
}

function stoppedAnswer(decision: Decision): string {
  if (isStoppedBy(decision, 'changes-requested')) return 'Not yet: changes were asked for.';
  if (isStoppedBy(decision, 'contributors-unknown')) return 'No: it cannot be told who wrote this.';
  if (isStoppedBy(decision, 'too-few-approvals')) return 'Not yet: it needs approval.';
  return decision.status === 'waiting' ? 'Not yet.' : 'No.';
}

const pushFix = 'Push a fix, and it is planned again by itself.';
const planLater = 'When that is mended, comment `/plan`.';

/** A red plan, by its first problem; the problems themselves stand below. */
function redHeadline(code: ProblemCode, { environment, pullRequest }: StickyView): Headline {
  if (code === 'configuration-proposed') {
    const answer = 'Do not merge: `.github/tidegate.yml` is broken in this pull request.';
    return { mark: '❌', answer, next: pushFix };
  }
  if (code === 'configuration') {
    return {
      mark: '❌',
      answer: 'Not yet: `.github/tidegate.yml` is broken on the default branch.',
      next: 'Nothing can be planned until it is mended there, by somebody who may change that branch; every pull request is then planned again by itself.',
    };
  }
  if (code === 'not-vouched') {
    const commit = quoted(pullRequest.head.slice(0, 10));
    return {
      mark: '⏳',
      answer: 'Not yet: nothing of it has been run.',
      next: `It is a stranger's: somebody with write access reads commit ${commit} and comments \`/plan\`.`,
    };
  }
  if (code === 'not-soaked') {
    return {
      mark: '⏳',
      answer: `Not yet: it has not stood long enough before it may go to ${quoted(environment)}.`,
      next: 'Nothing is to be done: it is planned again by itself when it has.',
    };
  }
  if (code === 'not-promoted') {
    return {
      mark: '❌',
      answer: `Not yet: it is not ready to be promoted to ${quoted(environment)}.`,
      next: 'What is missing stands below; once that is done, it is planned again by itself.',
    };
  }
  const answer = redAnswer(code, environment, pullRequest.base);
  return { mark: '❌', answer, next: isOurTrouble(code) ? planLater : pushFix };
}

function redAnswer(code: ProblemCode, environment: string, base: string): string {
  switch (code) {
    case 'dry-run-up':
    case 'dry-run-down':
    case 'dry-run-up-again':
      return 'Do not merge: a migration fails when it is tried.';
    case 'merge-conflict':
      return `Not yet: this branch conflicts with ${quoted(base)}.`;
    case 'edited':
    case 'renamed':
    case 'out-of-order':
    case 'history-unknown':
    case 'removal':
      return `Do not merge: it does not fit what ${quoted(environment)} has run already.`;
    case 'no-database':
      return 'Not yet: Tidegate is not set up for this.';
    case 'target-unavailable':
      return `Not yet: the database of ${quoted(environment)} cannot be reached.`;
    case 'baseline':
      return 'Not yet: the baseline that its shadow starts from cannot be used.';
    case 'shadow-unavailable':
    case 'internal':
    case 'not-run':
      return 'Not yet: it could not be planned.';
    case 'hold':
      return `Not yet: ${quoted(environment)} is on hold.`;
    default:
      return 'Do not merge: a migration cannot be run.';
  }
}

function isOurTrouble(code: ProblemCode): boolean {
  return [
    'no-database',
    'target-unavailable',
    'baseline',
    'shadow-unavailable',
    'internal',
    'not-run',
  ].includes(code);
}
