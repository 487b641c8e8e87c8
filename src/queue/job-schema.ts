import { z } from 'zod';
import type { Job } from '../domain/job.ts';

const rollbackOf = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('pull-request') }),
  z.object({ kind: z.literal('migration'), migration: z.string() }),
  z.object({ kind: z.literal('to'), migration: z.string() }),
  z.object({ kind: z.literal('last'), count: z.int().positive() }),
]);

/** What touches a target, as `TargetCommand`. */
const actionable = z.discriminatedUnion('name', [
  z.object({
    name: z.literal('rollback'),
    // A job of an older version took back what its pull request had applied.
    of: rollbackOf.default({ kind: 'pull-request' }),
    dryRun: z.boolean(),
    acceptDataLoss: z.boolean(),
    environment: z.string().nullable(),
  }),
  z.object({ name: z.literal('confirm') }),
  z.object({ name: z.literal('withdraw') }),
  z.object({ name: z.literal('retry'), environment: z.string().nullable() }),
  z.object({ name: z.literal('release'), environment: z.string().nullable() }),
  z.object({ name: z.literal('hold'), environment: z.string().nullable(), why: z.string() }),
  z.object({ name: z.literal('apply'), environment: z.string().nullable(), why: z.string() }),
  z.object({
    name: z.literal('drift'),
    action: z.enum(['show', 'adopt', 'revert']),
    acceptDataLoss: z.boolean(),
    environment: z.string().nullable(),
  }),
  z.object({ name: z.literal('promote'), environment: z.string().nullable() }),
]);

const command = z.discriminatedUnion('name', [
  z.object({ name: z.literal('plan') }),
  ...actionable.options,
  z.object({ name: z.literal('status') }),
  z.object({ name: z.literal('help') }),
]);

const parsedCommand = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('command'), command, line: z.string() }),
  z.object({ kind: z.literal('mistake'), message: z.string(), line: z.string() }),
]);

const sha = z.string().regex(/^[0-9a-f]{40}$/);
const group = z.object({ base: z.string(), branch: z.string(), baseCommit: sha, head: sha });

const ids = { repositoryId: z.number().int() };
const pull = { ...ids, pullRequest: z.number().int() };

/** A job as read back from the queue's table: a newer or older version may have written it. */
export const jobSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('plan'),
    ...pull,
    reason: z.string(),
    commentIds: z.array(z.number().int()).optional(),
  }),
  z.object({ kind: z.literal('merge-group'), ...ids, group }),
  z.object({ kind: z.literal('merge-group-gone'), ...ids, head: sha }),
  z.object({ kind: z.literal('gate'), ...pull, reason: z.string(), anew: z.boolean().optional() }),
  z.object({
    kind: z.literal('rights'),
    of: z.union([z.object(ids), z.object({ organisation: z.string() })]),
  }),
  z.object({ kind: z.literal('reconcile'), ...ids, environment: z.string(), reason: z.string() }),
  z.object({
    kind: z.literal('promote'),
    ...ids,
    environment: z.string(),
    isLater: z.boolean().optional(),
  }),
  z.object({
    kind: z.literal('command'),
    ...pull,
    isPullRequest: z.boolean(),
    commentId: z.number().int(),
    actor: z.string(),
    writtenAt: z.iso.datetime({ offset: true }).optional(),
    commands: z.array(parsedCommand),
  }),
  z.object({
    kind: z.literal('act'),
    ...pull,
    environment: z.string(),
    commentId: z.number().int(),
    actor: z.string(),
    writtenAt: z.iso.datetime({ offset: true }).optional(),
    command: actionable,
  }),
  z.object({
    kind: z.literal('push'),
    ...ids,
    branch: z.string(),
    before: z.string().nullable(),
  }),
  z.object({ kind: z.literal('announce'), ...ids, announcement: z.number().int(), about: z.string() }),
  z.object({ kind: z.literal('drift'), ...ids, environment: z.string() }),
  z.object({ kind: z.literal('warm'), ...ids, environment: z.string() }),
  z.object({
    kind: z.literal('sweep'),
    repositoryId: z.number().int().nullable(),
    starting: z.boolean().optional(),
  }),
]) satisfies z.ZodType<Job>;
