import { z } from 'zod';
import type { DriftPolicy } from '../domain/drift.ts';

const day = 'a day as YYYY-MM-DD, the last on which it counts';

const entry = z.strictObject(
  {
    objects: z
      .string({ error: 'a pattern of names, such as audit.*' })
      .trim()
      .min(1, 'a pattern of names, such as audit.*')
      .max(200, 'a pattern of names, of at most 200 characters')
      .refine((pattern) => /[^*]/.test(pattern), 'a pattern that says something beside *'),
    reason: z.string({ error: 'why they may differ' }).trim().min(1, 'why they may differ').max(500),
    until: z.iso.date({ error: day }),
  },
  { error: "a mapping such as { objects: 'audit.*', reason: 'made by pg_partman', until: 2030-12-31 }" },
);

const ignore = z.array(entry, { error: 'a list of objects, each with a reason and a last day' });

/** What a file may say of drift. */
export const drift = z.strictObject(
  {
    policy: z.enum(['warn', 'hold'], { error: 'warn or hold' }).optional(),
    ignore: ignore.optional(),
  },
  { error: 'a mapping such as { policy: warn }' },
);

export type WrittenDrift = z.infer<typeof drift>;

/** The keys that are known below `place`. */
export function driftKeys(place: string): Readonly<Record<string, readonly string[]>> {
  return { [place]: Object.keys(drift.shape), [`${place}.ignore.*`]: Object.keys(entry.shape) };
}

/** What an environment says, over what is said for all; what is ignored adds up. */
export function driftOf(
  common: WrittenDrift | undefined,
  own: WrittenDrift | undefined,
): Partial<DriftPolicy> | undefined {
  if (common === undefined && own === undefined) return undefined;
  const policy = own?.policy ?? common?.policy;
  const ignored = [...(common?.ignore ?? []), ...(own?.ignore ?? [])];
  return {
    ...(policy === undefined ? {} : { policy }),
    ...(ignored.length === 0 ? {} : { ignore: ignored }),
  };
}
