import type { Decision } from '../domain/gate.ts';
import type { Hold } from '../domain/hold.ts';
import { isRunnable, type Plan } from '../domain/plan.ts';
import { annotationsOf, mostAnnotations } from './annotations.ts';
import { gateConclusions, planTitle, type GateCheck, type PlanCheck } from './check-reports.ts';
import { decisionLines } from './decision-lines.ts';
import { clip, revealLine } from './escape/reveal.ts';
import { holdLines } from './hold-lines.ts';
import { checkLimit } from './limits.ts';
import { listed } from './listed.ts';
import { problemRows } from './problem-rows.ts';
import { referencesOf } from './references.ts';
import { fit, type Room } from './room.ts';
import type { Render } from './templates.ts';
import { counted, quoted } from './words.ts';

/** One pull request of a merge group, planned on what stands before it there. */
export interface GroupMember {
  /** Null where it is not known which pull request the commit is of. */
  readonly number: number | null;
  readonly commit: string;
  readonly plan: Plan;
  readonly decision: Decision;
}

export interface GroupCheckView {
  readonly environment: string;
  /** Those that change migrations or rules, in the group's order. */
  readonly members: readonly GroupMember[];
  readonly hold: Hold | null;
}

export interface GroupChecks {
  readonly plan: Omit<PlanCheck, 'text'>;
  readonly gate: GateCheck;
}

/** The two checks of a merge group: green where those of every pull request in it are. */
export function groupChecks(render: Render, view: GroupCheckView): GroupChecks {
  return { plan: groupPlanCheck(render, view), gate: groupGateCheck(render, view) };
}

function groupPlanCheck(render: Render, view: GroupCheckView): GroupChecks['plan'] {
  const { environment, members } = view;
  const red = members.find(({ plan }) => !isRunnable(plan));
  const title = red === undefined ? greenTitle(view) : `${nameOf(red)}: ${planTitle(red.plan, environment)}`;
  const summary = summaryOf(render, { ...view, hold: null }, title, (member, room) => ({
    says: `${isRunnable(member.plan) ? '✅' : '❌'} ${planTitle(member.plan, environment)}`,
    problems: listed(problemRows(member.plan.problems, room), room),
    decision: null,
  }));
  const annotations = members.flatMap(({ plan }) => annotationsOf(plan)).slice(0, mostAnnotations);
  const conclusion = red === undefined ? 'success' : 'failure';
  return { title, summary, conclusion, annotations, actions: [] };
}

function groupGateCheck(render: Render, view: GroupCheckView): GroupChecks['gate'] {
  const { environment, members, hold } = view;
  const closed = members.find(({ decision }) => decision.status !== 'allowed');
  const title = clip(
    closed === undefined
      ? `Everything in this group may run on ${shown(environment)}`
      : `${nameOf(closed)}: ${revealLine(closed.decision.message).replaceAll('`', '')}`,
    140,
  );
  const summary = summaryOf(
    render,
    { ...view, hold: closed === undefined ? null : hold },
    title,
    (member, room) => ({
      says: null,
      problems: null,
      decision: listed(decisionLines(member.decision, room.text), room),
    }),
  );
  return { title, summary, conclusion: gateConclusions[closed?.decision.status ?? 'allowed'] };
}

function summaryOf(
  render: Render,
  { environment, members, hold }: GroupCheckView,
  title: string,
  bodyOf: (member: GroupMember, room: Room) => object,
): string {
  const references = referencesOf(hold, ...members.map(({ number }) => number));
  const model = (room: Room): object => ({
    references,
    title: clip(title, room.text),
    environment: quoted(clip(environment, room.text)),
    members: listed(
      members.map((member) => ({ name: nameOf(member), ...bodyOf(member, room) })),
      room,
    ),
    hold: hold === null ? null : holdLines(hold, room),
  });
  const least = render('checks/least', { title, wholeUrl: null });
  return fit(checkLimit, (room) => render('checks/group-summary', model(room)), least);
}

function greenTitle({ environment, members }: GroupCheckView): string {
  const steps = members.reduce((sum, { plan }) => sum + plan.steps.length, 0);
  if (steps === 0) return `Nothing to run on ${shown(environment)}`;
  const whose = counted(members.length, 'pull request');
  return `${counted(steps, 'migration')} of ${whose} for ${shown(environment)}`;
}

function shown(environment: string): string {
  return clip(revealLine(environment), 60);
}

function nameOf({ number, commit }: GroupMember): string {
  return number === null ? `Commit ${commit.slice(0, 10)}, which is of no known pull request` : `#${number}`;
}
