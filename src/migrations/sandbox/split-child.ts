/** Entry of the child that splits SQL: PostgreSQL's parser as WebAssembly, away from the app's own process. */
import { SqlSyntaxError, splitWithNature, type SplitStatement } from '../split.ts';
import { serve } from './child.ts';
import type { SplitAnswer, SplitTask } from './protocol.ts';

await serve(async (task): Promise<SplitAnswer> => {
  const { texts } = task as SplitTask;
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
});
