import type { Plan, PlanStep } from '../domain/plan.ts';
import { cutToRoom, sectionBytes, type CodeGroup, type CodeSection } from './code-section.ts';
import { clip } from './escape/reveal.ts';
import { hazardRows, type HazardRow } from './hazard-rows.ts';
import { lineDiff } from './line-diff.ts';
import { listed, type Listed } from './listed.ts';
import { lockPhrase } from './locks.ts';
import { problemRows, type ProblemRow } from './problem-rows.ts';
import { promotionSection, type PromotionSection } from './promotion-section.ts';
import type { Room } from './room.ts';
import { counted, directionWords, duration, verdictWords } from './words.ts';

export interface StepRow {
  readonly number: number;
  readonly migration: string;
  readonly direction: string;
  readonly transaction: string;
  readonly statements: number;
  readonly time: string;
  readonly locks: string;
}

/** A plan in the words and pieces that all its documents are made of. */
export interface PlanBody {
  readonly problems: Listed<ProblemRow>;
  readonly steps: Listed<StepRow>;
  readonly hazards: Listed<HazardRow>;
  readonly sql: CodeSection;
  readonly schema: CodeSection;
  readonly wayBack: CodeSection;
  /** Null where nothing is promoted. */
  readonly promotion: PromotionSection | null;
  readonly goesFirst: Listed<string>;
  readonly notes: Listed<string>;
  readonly cautions: Listed<string>;
}

/** Prepares a plan for the templates, with no more of it than there is room for. */
export function planBody(plan: Plan, room: Room): PlanBody {
  const fresh = new Set(plan.schemaDiff.filter(({ change }) => change === 'added').map(({ name }) => name));
  return {
    problems: listed(problemRows(plan.problems, room), room),
    steps: listed(
      plan.steps
        .slice(0, Math.min(plan.steps.length, room.items))
        .map((step, index) => stepRow(step, index, fresh, room)),
      room,
      plan.steps.length,
    ),
    hazards: listed(hazardRows(plan.hazards, room), room),
    ...codeSections(plan, room),
    promotion: promotionSection(plan, room),
    goesFirst: listed(
      plan.goesFirst.map((name) => clip(name, room.text)),
      room,
    ),
    cautions: listed(
      (plan.cautions ?? []).map((caution) => clip(caution, room.text)),
      room,
    ),
    notes: listed(
      plan.notes.map((note) => clip(note, room.text)),
      room,
    ),
  };
}

function stepRow(step: PlanStep, index: number, fresh: ReadonlySet<string>, room: Room): StepRow {
  return {
    number: index + 1,
    migration: clip(step.migration, room.text),
    direction: directionWords[step.direction],
    transaction:
      step.adopts === true
        ? 'none: it is there already'
        : step.transaction
          ? 'one'
          : 'none: each statement stands by itself',
    statements: step.statements.length,
    time: timeWords(step),
    locks:
      step.adopts === true
        ? 'is written down as applied, and not run'
        : clip(lockPhrase(step.statements, fresh), room.text),
  };
}

/** How long the step took on the shadow; what was not tried is said. */
function timeWords({ statements }: PlanStep): string {
  const tried = statements.flatMap(({ durationMs }) => (durationMs === null ? [] : [durationMs]));
  if (tried.length === 0) return statements.length === 0 ? 'nothing to run' : 'not tried';
  const time = duration(tried.reduce((sum, milliseconds) => sum + milliseconds, 0));
  const untried = statements.length - tried.length;
  return untried > 0 ? `${time}, ${counted(untried, 'statement')} not tried` : time;
}

/** The SQL to be run has the first right to the room, then its way back, then the schema's diff. */
function codeSections(plan: Plan, room: Room): Pick<PlanBody, 'sql' | 'schema' | 'wayBack'> {
  const sql = plan.steps.map((step) => sqlGroup(step));
  const wayBack = plan.steps.map((step) => wayBackGroup(plan, step));
  const schema = schemaGroups(plan);
  const sizes = { wayBack: sectionBytes(wayBack), schema: sectionBytes(schema) };
  const forSql = Math.min(
    sectionBytes(sql),
    Math.max(room.code * 0.6, room.code - sizes.wayBack - sizes.schema),
  );
  const rest = room.code - forSql;
  const forWayBack = Math.min(sizes.wayBack, Math.max(rest * 0.5, rest - sizes.schema));
  return {
    sql: cutToRoom(sql, forSql),
    wayBack: cutToRoom(wayBack, forWayBack),
    schema: cutToRoom(schema, rest - forWayBack),
  };
}

function sqlGroup({ migration, statements }: PlanStep): CodeGroup {
  const pieces = statements.map(({ sql, notTried }) => {
    return notTried === undefined ? ended(sql) : `-- Not tried: ${oneLine(notTried)}\n${ended(sql)}`;
  });
  return { heading: migration, note: '', pieces };
}

function wayBackGroup(plan: Plan, { migration, reverse, reverseTransaction }: PlanStep): CodeGroup {
  const proof = plan.reversibility.find((found) => found.migration === migration);
  const verdict = proof === undefined ? '' : `${verdictWords[proof.verdict]}. ${proof.reason}`;
  const outside = reverse.length > 0 && !reverseTransaction ? ' It runs outside a transaction.' : '';
  return { heading: migration, note: `${verdict}${outside}`.trim(), pieces: reverse.map(ended) };
}

function schemaGroups(plan: Plan): readonly CodeGroup[] {
  if (plan.schemaDiff.length === 0) return [];
  const pieces = plan.schemaDiff.map(({ kind, name, before, after }) =>
    [`@@ ${oneLine(kind)} ${oneLine(name)} @@`, ...lineDiff(before ?? '', after ?? '')].join('\n'),
  );
  return [{ heading: '', note: '', pieces }];
}

/** The statement with its semicolon, as it can be pasted. */
function ended(sql: string): string {
  const trimmed = sql.trim();
  return trimmed.endsWith(';') ? trimmed : `${trimmed};`;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ');
}
