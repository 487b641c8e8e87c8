import { z } from 'zod';
import type { EnvironmentKey } from '../../domain/repository.ts';
import type { Environment } from '../environment.ts';
import type { Tools } from '../tools.ts';

const step = z.object({
  migration: z.string(),
  direction: z.enum(['up', 'down']),
  status: z.enum(['done', 'already', 'failed', 'in-doubt']),
  durationMs: z.number().nullable(),
  error: z.string().nullable(),
});

/** How an apply or a rollback ended, in the form that is kept until GitHub has been told. */
const outcomeSchema = z.object({
  status: z.enum(['applied', 'failed', 'in-doubt', 'held', 'rolled-back', 'waiting', 'nothing']),
  environment: z.string(),
  commit: z.string(),
  steps: z.array(step),
  /** Why it is held, or what failed, for people. */
  message: z.string().nullable(),
  /** When it is applied, as the clock of the window's zone shows it; where it waits for that. */
  until: z.string().optional(),
  /** The alert issue of what it waits for; where it waits for another environment that is on hold. */
  issue: z.number().optional(),
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
  /** A merged pull request has nothing to run, or nothing any more: its sticky comment says so. */
  z.object({
    kind: z.literal('nothing-ran'),
    environment: z.string(),
    pullRequest: z.number(),
    /** Where a status has to be put right; null where there can be none. */
    commit: z.string().nullable(),
  }),
  /** A hold has begun or ended: the gates of the open pull requests into that environment are decided anew. */
  z.object({ kind: z.literal('hold-moved'), environment: z.string() }),
  z.object({
    kind: z.literal('reply'),
    number: z.number(),
    body: z.string(),
    commentId: z.number().nullable(),
    reaction: z.enum(['eyes', 'rocket', 'confused']).nullable(),
  }),
  /** Opens the alert issue of an environment on hold. */
  z.object({ kind: z.literal('alert'), environment: z.string() }),
  /** Opens the issue that asks for a review of what went round the gate. */
  z.object({ kind: z.literal('glass'), environment: z.string(), commentId: z.number() }),
  /** Opens the issue of an environment that has drifted, or writes it anew. */
  z.object({ kind: z.literal('drift'), environment: z.string() }),
  /** Opens the pull request with a migration that says what is there already. */
  z.object({
    kind: z.literal('adopt'),
    environment: z.string(),
    number: z.number(),
    commentId: z.number(),
    requester: z.string(),
    file: z.object({ path: z.string(), text: z.string() }),
    statements: z.array(z.string()),
  }),
  z.object({ kind: z.literal('close-alert'), issue: z.number(), body: z.string() }),
  /** Opens the pull request that takes rolled-back migrations out of the branch. */
  z.object({
    kind: z.literal('revert'),
    environment: z.string(),
    pullRequest: z.number(),
    number: z.number(),
    commentId: z.number(),
  }),
  /** Opens the pull requests that take what ran there to the environments before it. */
  z.object({
    kind: z.literal('flow-down'),
    environment: z.string(),
    commit: z.string(),
    pullRequest: z.number().nullable(),
    migrations: z.array(z.string()),
  }),
  /** Closes those of them that take what was taken back there since. */
  z.object({ kind: z.literal('flow-down-ended'), environment: z.string(), migrations: z.array(z.string()) }),
  /** Opens the pull request with a migration that was asked for in a migration's stead, which has no down. */
  z.object({
    kind: z.literal('offer'),
    environment: z.string(),
    number: z.number(),
    commentId: z.number(),
    requester: z.string(),
    file: z.object({ path: z.string(), text: z.string() }),
    view: z.object({
      migrations: z.array(z.string()).readonly(),
      withoutDown: z.array(z.string()).readonly(),
      path: z.string(),
      statements: z.array(z.string()).readonly(),
    }),
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
  await queueTelling(repositoryId, id, payload, tools);
}

/** Has what was kept some time ago told again: its job was given up, or was never queued. */
export async function announceKept(
  repositoryId: number,
  tools: Pick<Tools, 'records' | 'queue' | 'clock'>,
): Promise<void> {
  const before = new Date(tools.clock().getTime() - keptTooLongMs);
  for (const { id, payload } of await tools.records.announcementsSince(repositoryId, before)) {
    await queueTelling(repositoryId, id, announcementSchema.parse(payload), tools);
  }
}

const keptTooLongMs = 30 * 60_000;

function queueTelling(
  repositoryId: number,
  announcement: number,
  payload: AnnouncementPayload,
  { queue }: Pick<Tools, 'queue'>,
): Promise<void> {
  return queue.enqueue({ kind: 'announce', repositoryId, announcement, about: aboutOf(payload) });
}

/** What is about the same is told in order: an older outcome never overwrites a newer one. */
function aboutOf(payload: AnnouncementPayload): string {
  switch (payload.kind) {
    case 'outcome':
      return `environment/${payload.outcome.environment}`;
    // These write the same comments as an outcome does.
    case 'rollback-settled':
    case 'nothing-ran':
      return `environment/${payload.environment}`;
    case 'alert':
    case 'glass':
    case 'hold-moved':
    case 'revert':
    case 'adopt':
    case 'drift':
    case 'offer':
      return `${payload.kind}/${payload.environment}`;
    case 'flow-down':
    case 'flow-down-ended':
      return `flow-down/${payload.environment}`;
    case 'reply':
      return `comments/${payload.number}`;
    case 'close-alert':
      return `comments/${payload.issue}`;
  }
}

/** Has the comment of a merged pull request say that nothing of it is to be run. */
export function announceNothingRan(
  { repositoryId, environment }: EnvironmentKey,
  pullRequest: number,
  commit: string | null,
  tools: Pick<Tools, 'records' | 'queue'>,
): Promise<void> {
  return announce(repositoryId, { kind: 'nothing-ran', environment, pullRequest, commit }, tools);
}

/** Has people told how a change of an environment's branch, or a rollback there, ended. */
export function announceOutcome(
  { key, policy }: Pick<Environment, 'key' | 'policy'>,
  pullRequest: number | null,
  outcome: Omit<Outcome, 'environment'>,
  tools: Pick<Tools, 'records' | 'queue'>,
): Promise<void> {
  const told = { ...outcome, environment: policy.name };
  const payload = { kind: 'outcome' as const, pullRequest, production: policy.protected, outcome: told };
  return announce(key.repositoryId, payload, tools);
}
