import { z } from 'zod';
import type { Tools } from './tools.ts';

const step = z.object({
  migration: z.string(),
  direction: z.enum(['up', 'down']),
  status: z.enum(['done', 'already', 'failed', 'in-doubt']),
  durationMs: z.number().nullable(),
  error: z.string().nullable(),
});

/** How an apply or a rollback ended, in the form that is kept until GitHub has been told. */
export const outcomeSchema = z.object({
  status: z.enum(['applied', 'failed', 'in-doubt', 'held', 'rolled-back', 'waiting']),
  environment: z.string(),
  commit: z.string(),
  steps: z.array(step),
  /** Why it is held, or what failed, for people. */
  message: z.string().nullable(),
});
export type Outcome = z.infer<typeof outcomeSchema>;

/** What GitHub is to be told. Each is safe to tell twice. */
export const announcementSchema = z.discriminatedUnion('kind', [
  /** The sticky comment of a pull request shows what became of it, and GitHub gets a deployment. */
  z.object({
    kind: z.literal('outcome'),
    pullRequest: z.number().nullable(),
    production: z.boolean(),
    outcome: outcomeSchema,
  }),
  /** The hold that a rollback left has ended: the sticky comment of what was rolled back says so. */
  z.object({
    kind: z.literal('rollback-settled'),
    environment: z.string(),
    pullRequest: z.number(),
    migrations: z.array(z.string()),
  }),
  z.object({
    kind: z.literal('reply'),
    number: z.number(),
    body: z.string(),
    commentId: z.number().nullable(),
    reaction: z.enum(['eyes', 'rocket', 'confused']).nullable(),
  }),
  /** Opens the alert issue of an environment on hold. */
  z.object({ kind: z.literal('alert'), environment: z.string() }),
  z.object({ kind: z.literal('close-alert'), issue: z.number(), body: z.string() }),
  /** Opens the pull request that takes rolled-back migrations out of the branch. */
  z.object({
    kind: z.literal('revert'),
    environment: z.string(),
    pullRequest: z.number(),
    number: z.number(),
    commentId: z.number(),
  }),
]);
export type AnnouncementPayload = z.infer<typeof announcementSchema>;

/** Keeps the announcement and queues its telling: an outage of GitHub's delays it and loses nothing. */
export async function announce(
  repositoryId: number,
  payload: AnnouncementPayload,
  tools: Pick<Tools, 'records' | 'queue'>,
): Promise<void> {
  const { id } = await tools.records.addAnnouncement(repositoryId, payload);
  await tools.queue.enqueue({ kind: 'announce', repositoryId, announcement: id });
}
