import { z } from 'zod';
import type { Finding } from '../../domain/drift.ts';
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
    'target-moved',
    'in-doubt',
    'rolled-back',
    'removed',
    'history-mismatch',
    'history-lost',
    'another-database',
    'rules',
    'drift',
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

const object = z.object({
  kind: z.string(),
  name: z.string(),
  change: z.enum(['added', 'removed', 'changed']),
});
const ignoredChange = object.extend({ reason: z.string(), until: z.string() });

const seenStatement = z.object({
  kind: z.string(),
  role: z.string(),
  calls: z.number(),
  since: z.coerce.date().nullable(),
});

const findingSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('drift'),
    changes: z.array(object.extend({ before: z.string().nullable(), after: z.string().nullable() })),
    statements: z.array(z.string()),
    left: z.array(object),
    ignored: z.array(ignoredChange),
    traces: z.array(
      z.object({
        object: z.string(),
        at: z.coerce.date().nullable(),
        owner: z.string().nullable(),
        // A finding that was kept before statements were looked for has none.
        seen: z.array(seenStatement).default([]),
      }),
    ),
    digest: z.string(),
  }),
  z.object({ kind: z.literal('none'), ignored: z.array(ignoredChange) }),
  z.object({ kind: z.literal('not-compared'), why: z.string() }),
]);

export function findingOf(document: unknown): Finding {
  return findingSchema.parse(document);
}
