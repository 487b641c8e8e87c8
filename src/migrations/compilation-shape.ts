import { z } from 'zod';
import { splitStatement } from './sandbox/protocol.ts';

const script = z.object({
  transaction: z.boolean(),
  statements: z.array(splitStatement.extend({ line: z.number().int().positive().nullable() })),
});

export const shorthands = z.record(z.string(), z.unknown());

/** What the cache keeps of a compiled migration, all that its content alone decides. */
export const compilation = z.object({
  up: script,
  down: script.nullable(),
  shorthands,
  /** Why there is no down, in a sentence, where its author may not expect it. */
  note: z.string().nullable(),
});

export type Compilation = z.infer<typeof compilation>;
export type ExaminedScript = z.infer<typeof script>;
