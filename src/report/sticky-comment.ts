import { commandHelp } from './command-help.ts';
import { decisionLines } from './decision-lines.ts';
import { clip } from './escape/reveal.ts';
import { headline } from './headline.ts';
import { holdLines } from './hold-lines.ts';
import { commentLimit } from './limits.ts';
import { listed } from './listed.ts';
import { planBody } from './plan-body.ts';
import { referencesOf } from './references.ts';
import { fit, type Room } from './room.ts';
import { rulesSection } from './rules-section.ts';
import { stickyMarker } from './sticky-marker.ts';
import type { OutcomeView, StickyView } from './sticky-view.ts';
import type { Render } from './templates.ts';
import { counted, directionWords, duration, quoted } from './words.ts';

/** The one comment of a pull request, within GitHub's limit whatever the plan holds. */
export function stickyComment(render: Render, view: StickyView): string {
  return fit(
    commentLimit,
    (room) => render('comments/sticky', stickyModel(view, room)),
    render('comments/least', { ...frame(view, leastRoom), wholeUrl: view.wholeUrl }),
  );
}

const leastRoom: Room = { items: 0, text: 120, code: 0 };

function stickyModel(view: StickyView, room: Room): object {
  const body = view.plan === null ? null : planBody(view.plan, room);
  return {
    ...frame(view, room),
    body,
    isCut:
      body !== null &&
      [body.problems, body.steps, body.hazards, body.sql, body.schema, body.wayBack].some(
        ({ left }) => left > 0,
      ),
    isOpen: isOpen(view.outcome),
    sqlTitle: isOpen(view.outcome) ? 'The SQL to be run' : 'The SQL of the plan',
    wholeUrl: view.wholeUrl,
    digest: view.plan?.digest.slice(0, 12) ?? '',
    outcome: view.outcome === null ? null : outcomeModel(view.outcome, room),
    hold: holdModel(view, room),
    decision: decisionModel(view, room),
    guards: guardsModel(view, room),
    fallen: fallenModel(view, room),
    rules: view.rules === undefined ? null : rulesSection(view.rules, room),
    commands: commandHelp,
  };
}

/** What every form of the comment has. */
function frame(view: StickyView, room: Room): object {
  const { mark, answer, next } = headline(view);
  const { number, head } = view.pullRequest;
  return {
    mark,
    answer: clip(answer, room.text),
    next: clip(next, room.text),
    references: referencesOf(view.hold, number, view.outcome?.issue ?? null),
    environment: quoted(clip(view.environment, room.text)),
    head: head.slice(0, 10),
    marker: stickyMarker(view.repositoryId, number, view.after === undefined ? null : view.environment),
  };
}

/** Whether the plan's steps are still to come: then they and their hazards are what matters. */
function isOpen(outcome: OutcomeView | null): boolean {
  return outcome === null || outcome.status === 'held' || outcome.status === 'waiting';
}

function outcomeModel(outcome: OutcomeView, room: Room): object {
  const rows = outcome.steps.map(({ migration, direction, status, durationMs, error }) => ({
    migration: clip(migration, room.text),
    direction: directionWords[direction],
    result: resultWords(outcome, status),
    time: durationMs === null ? '–' : duration(durationMs),
    error: clip(error ?? '', room.text * 4),
  }));
  const hasRun = !['held', 'waiting', 'nothing'].includes(outcome.status);
  return {
    // Of a rollback that is settled later it is no longer known how long it took.
    timed: outcome.steps.some(({ durationMs }) => durationMs !== null),
    steps: hasRun ? listed(rows, room) : { rows: [], left: 0 },
    errors: hasRun
      ? listed(
          rows.filter(({ error }) => error !== ''),
          room,
        ).rows
      : [],
  };
}

function resultWords({ status: whole }: OutcomeView, status: OutcomeView['steps'][number]['status']): string {
  switch (status) {
    case 'done':
      return whole === 'rolled-back' ? '↩️ taken back' : '✅ done';
    case 'already':
      return '✅ was so already';
    case 'failed':
      return '❌ failed';
    case 'in-doubt':
      return '❓ not known';
  }
}

/** A hold is shown where it concerns this pull request: a change with nothing to run is never held. */
function holdModel({ hold, plan, outcome }: StickyView, room: Room): object | null {
  if (hold === null || (outcome === null && plan?.steps.length === 0 && plan.problems.length === 0))
    return null;
  return holdLines(hold, room);
}

/** Folded to a line: it is none of this pull request's own doing. */
function guardsModel({ guards = [] }: StickyView, room: Room): object | null {
  if (guards.length === 0) return null;
  const rows = guards.map((sentence) => clip(sentence, room.text));
  return { ...listed(rows, room), things: counted(guards.length, 'thing') };
}

/** Before the merge alone: after it nobody approves again. */
function fallenModel({ fallen = [], outcome }: StickyView, room: Room): object | null {
  if (fallen.length === 0 || outcome !== null) return null;
  return listed(
    fallen.map((message) => clip(message, room.text)),
    room,
  );
}

/** The gate's tree; a pull request with nothing to run has nobody to ask. */
function decisionModel({ decision, plan }: StickyView, room: Room): object | null {
  if (decision === null || (decision.status === 'allowed' && plan?.steps.length === 0)) return null;
  // Where the gate stands in the way its tree is the answer, so it is shown unfolded.
  const isAnswer = decision.status !== 'allowed' && plan?.problems.length === 0;
  return { ...listed(decisionLines(decision, room.text), room), isAnswer };
}
