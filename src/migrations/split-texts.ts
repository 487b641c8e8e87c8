import type { SplitAnswer, SplitTask } from './sandbox/protocol.ts';
import { SqlSyntaxError, splitWithNature, type SplitStatement } from './split.ts';

/** Splits the texts of a task, up to the first that PostgreSQL's parser refuses. */
export async function splitTexts({ texts }: SplitTask): Promise<SplitAnswer> {
  const parts: SplitStatement[][] = [];
  for (const [part, { sql, line }] of texts.entries()) {
    try {
      parts.push([...(await splitWithNature(sql, line))]);
    } catch (error) {
      if (error instanceof SqlSyntaxError)
        return { kind: 'syntax', message: error.message, part, line: error.line };
      return { kind: 'too-deep', part, line };
    }
  }
  return { kind: 'split', parts };
}
