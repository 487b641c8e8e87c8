import type { Plan } from '../domain/plan.ts';
import { reveal, revealLine } from './escape/reveal.ts';
import { planBody, type PlanBody } from './plan-body.ts';
import { allRoom } from './room.ts';
import { counted } from './words.ts';

export interface TextOptions {
  /** Whether the terminal shows colours. */
  readonly colour: boolean;
}

type Paint = (kind: keyof typeof codes, text: string) => string;

/** Select Graphic Rendition (ECMA-48). */
const codes = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 };

/** The plan for a terminal, whole, with the conclusion last, where the eye is. */
export function planText(plan: Plan, { colour }: TextOptions): string {
  const paint: Paint = (kind, text) => (colour ? `\u001b[${codes[kind]}m${text}\u001b[0m` : text);
  const body = planBody(plan, allRoom);
  const sections = [
    cautionsText(body, paint),
    goesFirstText(body, paint),
    stepsText(body, paint),
    schemaText(body, paint),
    wayBackText(body, paint),
    hazardsText(body, paint),
    notesText(body, paint),
    problemsText(body, paint),
    [conclusion(plan, paint), paint('dim', `digest ${plan.digest}`)],
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function cautionsText({ cautions }: PlanBody, paint: Paint): readonly string[] {
  return cautions.rows.map((caution) => paint('yellow', plain(caution)));
}

function goesFirstText({ goesFirst }: PlanBody, paint: Paint): readonly string[] {
  if (goesFirst.rows.length === 0) return [];
  return [
    paint('bold', 'Goes first (merged and not yet applied)'),
    ...goesFirst.rows.map((name) => `  ${revealLine(name)}`),
  ];
}

function stepsText({ steps, sql }: PlanBody, paint: Paint): readonly string[] {
  return steps.rows.flatMap((step, index) => [
    ...(index === 0 ? [] : ['']),
    paint('bold', `${step.number}. ${revealLine(step.migration)} ${step.direction}`),
    `   transaction: ${step.transaction} · ${step.time} · ${plain(step.locks)}`,
    ...indented(sql.blocks[index]?.code ?? '', '   ').map((line) => paint('cyan', line)),
  ]);
}

function schemaText({ schema }: PlanBody, paint: Paint): readonly string[] {
  const lines = schema.blocks.flatMap(({ code }) => indented(code, '  '));
  if (lines.length === 0) return [];
  return [paint('bold', 'What changes in the schema'), ...lines.map((line) => diffLine(line, paint))];
}

function diffLine(line: string, paint: Paint): string {
  const sign = line.charAt(2);
  if (sign === '+') return paint('green', line);
  if (sign === '-') return paint('red', line);
  return sign === '@' ? paint('dim', line) : line;
}

function wayBackText({ wayBack }: PlanBody, paint: Paint): readonly string[] {
  if (wayBack.blocks.length === 0) return [];
  return [
    paint('bold', 'The way back'),
    ...wayBack.blocks.flatMap(({ heading, note, code }) => [
      `  ${revealLine(heading)}${note === '' ? '' : `: ${plain(note)}`}`,
      ...indented(code, '    '),
    ]),
  ];
}

function hazardsText({ hazards }: PlanBody, paint: Paint): readonly string[] {
  if (hazards.rows.length === 0) return [];
  return [
    paint('bold', 'Hazards'),
    ...hazards.rows.flatMap(({ severity, rule, place, message, advice, waived }) => [
      `  ${paint(severity === 'High' ? 'red' : 'yellow', severity)} ${revealLine(rule)} ${paint('dim', revealLine(place))}`,
      `    ${plain(message)}`,
      `    ${waived === '' ? `Instead: ${plain(advice)}` : plain(waived)}`,
    ]),
  ];
}

function notesText({ notes }: PlanBody, paint: Paint): readonly string[] {
  if (notes.rows.length === 0) return [];
  return [paint('bold', 'Notes'), ...notes.rows.map((note) => `  ${plain(note)}`)];
}

function problemsText({ problems }: PlanBody, paint: Paint): readonly string[] {
  if (problems.rows.length === 0) return [];
  return [
    paint('bold', 'What is wrong'),
    ...problems.rows.flatMap(({ place, message, detail }) => [
      `  ${paint('red', '✗')} ${place === '' ? '' : `${revealLine(place)}: `}${plain(message)}`,
      ...indented(detail, '    '),
    ]),
  ];
}

function conclusion({ problems, steps, hazards }: Plan, paint: Paint): string {
  if (problems.length > 0) return paint('red', `This cannot run: ${counted(problems.length, 'problem')}.`);
  if (steps.length === 0) return paint('green', 'Nothing to run.');
  const warned = hazards.length === 0 ? '' : `, ${counted(hazards.length, 'hazard')}`;
  return paint('green', `${counted(steps.length, 'migration')} to run${warned}.`);
}

function plain(sentence: string): string {
  return revealLine(sentence);
}

function indented(text: string, indent: string): readonly string[] {
  if (text === '') return [];
  return reveal(text)
    .split('\n')
    .map((line) => `${indent}${line}`.trimEnd());
}
