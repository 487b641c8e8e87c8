import type { MigrationSource } from '../domain/migration.ts';
import { problemOf } from './compilation.ts';
import type { Problem } from '../domain/problem.ts';
import { limits } from './limits.ts';
import type { SandboxBatch } from './sandbox/batch.ts';
import type { SplitAnswer, SplitTask } from './sandbox/protocol.ts';
import { splitTexts } from './split-texts.ts';

export type SplitParts = Extract<SplitAnswer, { kind: 'split' }>['parts'];

export type Splitting =
  | { readonly kind: 'split'; readonly parts: SplitParts }
  | { readonly kind: 'problem'; readonly problem: Problem };

/**
 * Splits the texts of one migration; long ones in the sandbox, since PostgreSQL's parser can run out of stack or
 * time with them. Short ones cannot make it, whatever they say, and starting a child takes longer. What PostgreSQL's parser says against them is a problem.
 * `lines`: for texts that code made, the line of the call behind each.
 */
export async function splitTask(
  batch: SandboxBatch<SplitAnswer>,
  source: MigrationSource,
  task: SplitTask,
  lines?: readonly (number | null)[],
): Promise<Splitting> {
  const outcome = isShort(task)
    ? { kind: 'answered' as const, answer: await splitTexts(task) }
    : await batch.run(task, { deadlineMs: limits.parseMs });
  if (outcome.kind === 'stopped') {
    const message = `PostgreSQL's parser did not come to an end with this migration within ${String(limits.parseMs / 1000)} seconds and its memory. Divide it into several.`;
    return problemOf(source, 'syntax', message);
  }
  const { answer } = outcome;
  const place = (at: { part: number; line: number }): number | null =>
    lines === undefined ? at.line : (lines[at.part] ?? null);
  switch (answer.kind) {
    case 'split':
      return answer;
    case 'syntax': {
      const message = `PostgreSQL's parser refuses the SQL: ${answer.message}.`;
      return problemOf(source, 'syntax', message, { line: place(answer), detail: answer.message });
    }
    case 'too-deep':
      batch.renew();
      return problemOf(
        source,
        'syntax',
        'An expression is nested too deeply for PostgreSQL’s parser. Write it flatter, for example with IN or unnest.',
        { line: place(answer) },
      );
  }
}

function isShort({ texts }: SplitTask): boolean {
  return texts.reduce((sum, { sql }) => sum + sql.length, 0) <= limits.shortSql;
}
