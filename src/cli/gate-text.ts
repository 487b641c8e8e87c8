import type { Lack } from '../gate/what-it-takes.ts';
import type { GateAnswer } from '../jobs/gating/ask-gate.ts';
import type { PastAnswer } from '../jobs/gating/ask-past.ts';
import { decisionLines } from '../report/decision-lines.ts';
import { paragraphs, table } from './text-blocks.ts';

/** What is answered on one pull request, for a terminal; no control character from outside gets through. */
export function gateText(
  answer: Extract<GateAnswer, { kind: 'decided' }>,
  { repository, by, ifApproved }: { repository: string; by: string; ifApproved: readonly string[] },
): string {
  const { pullRequest, environment, decision, takes } = answer;
  const supposed = ifApproved.length === 0 ? '' : `, if ${ifApproved.join(' and ')} approved it now`;
  const title = `${repository}#${pullRequest.number} into ${environment} (${pullRequest.base}), by ${by}${supposed}:`;
  const tree = decisionLines(decision, Infinity).map(
    ({ indent, mark, word, message }) => `${indent}${mark} ${word}: ${message}`,
  );
  const lacks = takes.flatMap((lack) => lackLines(lack, 0));
  return paragraphs([[title], tree, lacks.length === 0 ? [] : ['What it would take:', ...lacks]]);
}

function lackLines({ wanted, found, since, who, names, oneOf }: Lack, depth: number): readonly string[] {
  const indent = '  '.repeat(depth);
  const why = since === null ? '' : ` (since ${since})`;
  const there = found === '' ? '' : `; ${found}`;
  const by = names.length > 0 ? [`by name: ${named(names)}`] : who === '' ? [] : [`from: ${who}`];
  return [
    `${indent}- ${wanted}${there}${why}`,
    ...by.map((line) => `${indent}  ${line}`),
    ...oneOf.flatMap((lack) => lackLines(lack, depth + 1)),
  ];
}

const namesShown = 20;

function named(names: readonly string[]): string {
  const left = names.length - namesShown;
  const shown = names.slice(0, namesShown).join(', ');
  return left > 0 ? `${shown} and ${left} more` : shown;
}

/** What would be decided on merged pull requests, as a table with a line that counts them. */
export function pastText(answers: readonly PastAnswer[], repository: string, by: string): string {
  if (answers.length === 0) {
    return paragraphs([[`Of ${repository} no merged pull request is known that something of was to run.`]]);
  }
  const rows = answers.map((answer) => [
    `#${answer.number}`,
    answer.environment,
    answer.then.status,
    statusOf(answer),
    answer.why,
  ]);
  const otherwise = answers.filter(({ then, now }) => now !== null && now.status !== then.status).length;
  const unknown = answers.filter(({ now }) => now === null).length;
  const count = `${otherwise} of ${answers.length} would be decided otherwise than they were${unknown === 0 ? '' : `; of ${unknown} it cannot be said`}.`;
  const head = ['pull', 'environment', 'then', 'now', 'why'];
  return paragraphs([[`${repository}, by ${by}:`], table([head, ...rows]), [count]]);
}

/** In a word, what would be decided. */
function statusOf({ now }: PastAnswer): string {
  return now?.status ?? 'not known';
}
