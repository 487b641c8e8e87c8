import type { Hazard } from '../domain/hazard.ts';
import type { Plan } from '../domain/plan.ts';
import type { Problem } from '../domain/problem.ts';
import type { CheckAnnotation } from '../ports/code-host.ts';
import { clip, reveal, revealLine } from './escape/reveal.ts';
import { worstFirst } from './hazard-rows.ts';
import { severityWords } from './words.ts';
import { detailBeyondMessage } from './problem-rows.ts';

/** GitHub takes 50 a request and shows few more at once; the rest stands in the check's text. */
export const mostAnnotations = 100;

/** GitHub REST, "Create a check run": title at most 255 characters, message at most 64 KB. */
const titleLength = 255;
const messageLength = 8_000;

/** Problems, then hazards, the worst first, on the lines that they are about. Plain text: GitHub renders no Markdown here. */
export function annotationsOf({ problems, hazards }: Plan): readonly CheckAnnotation[] {
  return [...problems.flatMap(problemAnnotation), ...worstFirst(hazards).map(hazardAnnotation)].slice(
    0,
    mostAnnotations,
  );
}

function problemAnnotation(problem: Problem): readonly CheckAnnotation[] {
  const { path, line, message } = problem;
  if (path === undefined) return [];
  const detail = detailBeyondMessage(problem);
  const whole = detail === '' ? message : `${message}\n\n${detail}`;
  return [
    {
      path,
      line: line ?? 1,
      level: 'failure',
      title: 'This migration cannot run',
      message: clip(reveal(whole), messageLength),
    },
  ];
}

function hazardAnnotation({ path, line, severity, rule, message, advice, waiver }: Hazard): CheckAnnotation {
  const title = `${severityWords[severity]} hazard: ${rule}${waiver === undefined ? '' : ' (waived)'}`;
  const what = waiver === undefined ? `Instead: ${advice}` : `Waived until ${waiver.until}: ${waiver.reason}`;
  return {
    path,
    line: line ?? 1,
    level: waiver === undefined && severity !== 'low' ? 'warning' : 'notice',
    title: clip(revealLine(title), titleLength),
    message: clip(reveal(`${message}\n${what}`), messageLength),
  };
}
