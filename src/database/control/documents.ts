import { z } from 'zod';
import type { Hold } from '../../domain/hold.ts';
import type { Plan } from '../../domain/plan.ts';
import { severities } from '../../domain/severity.ts';

/**
 * Plans are checked by their version and frame alone. Only Tidegate writes these rows, and the whole shape has its
 * schema in the plan's own room, where a document from outside is read; a second copy of it here would go stale.
 */
const planFrame = z.looseObject({
  version: z.literal(1),
  steps: z.array(z.looseObject({ migration: z.string() })),
  digest: z.string(),
});

/** @throws Error where the row is no plan of a version that this Tidegate knows. */
export function planOf(document: unknown): Plan {
  if (!isPlan(document)) {
    throw new Error(
      'The control database holds a plan of another version of Tidegate. Plan again with /plan.',
    );
  }
  return document;
}

function isPlan(document: unknown): document is Plan {
  return planFrame.safeParse(document).success;
}

const holdShape = z.object({
  reason: z.enum([
    'not-approved',
    'not-promoted',
    'apply-failed',
    'in-doubt',
    'rolled-back',
    'removed',
    'history-mismatch',
    'another-database',
    'rules',
    'asked',
  ]),
  message: z.string(),
  waysOut: z.array(z.string()),
  migrations: z.array(z.string()),
  commit: z.string().nullable(),
  pullRequest: z.number().nullable(),
  since: z.coerce.date(),
  issue: z.number().nullable(),
  plan: z
    .object({ digest: z.string(), severity: z.enum(severities).nullable(), isOther: z.boolean().optional() })
    .optional(),
  askedBy: z.number().optional(),
  takingBack: z.object({ migration: z.string(), askedOn: z.number() }).optional(),
});

/** Nothing stands on top of a hold that lies beneath another. */
const holdSchema = holdShape.extend({ beneath: holdShape.optional() });

export function holdOf(document: unknown): Hold {
  return holdSchema.parse(document);
}
