import type { Decision } from '../domain/gate.ts';
import type { Hold } from '../domain/hold.ts';
import { isRunnable, type Plan } from '../domain/plan.ts';
import type { CheckReport } from '../ports/code-host.ts';
import { annotationsOf } from './annotations.ts';
import { decisionLines, windowOf } from './decision-lines.ts';
import { clip, revealLine } from './escape/reveal.ts';
import { highHazards } from './hazard-rows.ts';
import { holdLines } from './hold-lines.ts';
import { checkLimit } from './limits.ts';
import { listed } from './listed.ts';
import { planBody } from './plan-body.ts';
import { referencesOf } from './references.ts';
import { fit, type Room } from './room.ts';
import type { Render } from './templates.ts';
import { counted, quoted } from './words.ts';

export interface PlanCheckView {
  readonly environment: string;
  readonly plan: Plan;
  readonly wholeUrl: string | null;
}

export type PlanCheck = Pick<CheckReport, 'title' | 'summary' | 'annotations' | 'actions'> & {
  readonly text: string;
  readonly conclusion: 'success' | 'failure' | 'action_required';
};

/** GitHub REST, "Create a check run": label at most 20 characters, description 40, identifier 20. */
const planAgain = {
  label: 'Plan again',
  description: 'Make the plan anew from fresh facts',
  identifier: 'plan',
};

/** The check run of a plan: red where it has a problem, and only there; hazards are for people to judge. */
export function planCheck(render: Render, view: PlanCheckView): PlanCheck {
  const { plan, environment, wholeUrl } = view;
  const title = planTitle(plan, environment);
  const model = (room: Room): object => ({
    references: [],
    title: clip(title, room.text),
    environment: quoted(clip(environment, room.text)),
    body: planBody(plan, room),
    wholeUrl,
  });
  const least = render('checks/least', { title, wholeUrl });
  return {
    title,
    summary: fit(checkLimit, (room) => render('checks/plan-summary', model(room)), least),
    text: fit(checkLimit, (room) => render('checks/plan-text', model(room)), least),
    conclusion: conclusionOf(plan),
    annotations: annotationsOf(plan),
    actions: [planAgain],
  };
}

/** What only waits for somebody's word is no failure; neither lets a required check pass. */
function conclusionOf(plan: Plan): PlanCheck['conclusion'] {
  if (isRunnable(plan)) return 'success';
  return plan.problems.every(({ code }) => code === 'not-vouched') ? 'action_required' : 'failure';
}

export interface PlanProgressView {
  readonly environment: string;
  /** Migrations that the shadow holds by now, and those that it is to hold. */
  readonly done: number;
  readonly total: number;
}

/** The check run of a plan that waits for its shadow. */
export function planProgress({ environment, done, total }: PlanProgressView): {
  readonly title: string;
  readonly summary: string;
} {
  const where = clip(revealLine(environment), 60);
  const numbers = new Intl.NumberFormat('en-GB');
  return {
    title: `Building the shadow of ${where}: ${numbers.format(done)} of ${numbers.format(total)} migrations`,
    summary:
      'A dry run needs a database that holds what the target holds. For this history there is none yet, so its ' +
      'migrations are run once, one after the other; plans after this one start from a copy. Nothing is to be done: ' +
      'the plan follows by itself.',
  };
}

/** What a plan comes to, in one line of plain text. */
export function planTitle({ steps, problems, hazards }: Plan, environment: string): string {
  const where = clip(revealLine(environment), 60);
  if (problems.some(({ code }) => code === 'not-vouched'))
    return `Not run on the shadow of ${where}: it is a stranger's`;
  if (problems.length > 0) return `${counted(problems.length, 'problem')}: cannot run on ${where}`;
  if (steps.length === 0) return `Nothing to run on ${where}`;
  const high = highHazards(hazards);
  const warning = high === 0 ? '' : `, ${counted(high, 'high hazard')}`;
  return `${counted(steps.length, 'migration')} for ${where}${warning}`;
}

export interface GateCheckView {
  readonly environment: string;
  readonly decision: Decision;
  readonly hold: Hold | null;
}

export interface GateCheck {
  readonly title: string;
  readonly summary: string;
  readonly conclusion: 'success' | 'failure' | 'action_required';
}

/** A required check passes on `neutral` and `skipped` too, so a gate that is not open is never one of those. */
export const gateConclusions = {
  allowed: 'success',
  waiting: 'action_required',
  refused: 'failure',
} as const;

/** The check run of a decision. */
export function gateCheck(render: Render, { environment, decision, hold }: GateCheckView): GateCheck {
  const window = decision.status === 'allowed' ? windowOf(decision) : null;
  const said = window === null ? decision.message : `${decision.message} ${window}`;
  const title = clip(revealLine(said).replaceAll('`', ''), window === null ? 140 : 240);
  const model = (room: Room): object => ({
    references: referencesOf(hold),
    environment: quoted(clip(environment, room.text)),
    decision: listed(decisionLines(decision, room.text), room),
    hold: hold === null || decision.status === 'allowed' ? null : holdLines(hold, room),
  });
  return {
    title,
    summary: fit(
      checkLimit,
      (room) => render('checks/gate-summary', model(room)),
      render('checks/least', { title, wholeUrl: null }),
    ),
    conclusion: gateConclusions[decision.status],
  };
}
