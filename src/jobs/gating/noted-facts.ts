import { z } from 'zod';
import type { GateFacts } from '../../domain/gate.ts';
import { approversOf } from '../../domain/policy.ts';
import { teamName } from '../../gate/words.ts';
import { authorTeamsAsked, isAsked } from './change-traits.ts';
import { asksForOwners } from './code-owners.ts';

/**
 * Who agreed, who wrote it and what they might do, as it is kept with a decision, so that other rules can be tried on
 * it later without asking GitHub; null where nobody was asked, and so none of it was looked at.
 */
export function notedFacts(facts: GateFacts): object | null {
  if (!facts.policy.protected) return null;
  const { head, contributors, contributorsComplete, reviews, people, mergedBy, traits, policy } = facts;
  const subjects = [...approversOf(policy.approvals), ...facts.owners.flatMap(({ owners }) => owners)];
  const teams = subjects.flatMap((one) => (one.kind === 'team' ? [teamName(one)] : []));
  const { labels } = traits;
  const agreed = { head, contributors, contributorsComplete, reviews, people, mergedBy, labels, teams };
  return { ...agreed, ...lookedUp(facts) };
}

/** What is looked up only where the policy asks for it: absent where it did not, and so nobody knows. */
function lookedUp({ policy: { approvals }, owners, traits }: GateFacts): object {
  const teams = authorTeamsAsked(approvals).map(teamName);
  return {
    ...(asksForOwners(approvals) ? { owners } : {}),
    ...(isAsked(approvals, 'rowsOver') ? { rows: traits.rows } : {}),
    ...(teams.length > 0 ? { author: { asked: teams, teams: traits.authorTeams } } : {}),
  };
}

const subject = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('user'), login: z.string() }),
  z.object({ kind: z.literal('team'), organisation: z.string(), slug: z.string() }),
  z.object({ kind: z.literal('role'), role: z.enum(['write', 'maintain', 'admin']) }),
  z.object({ kind: z.literal('code-owners') }),
]);

const schema = z.object({
  head: z.string(),
  contributors: z.array(
    z.object({
      login: z.string(),
      as: z.enum(['author', 'committer', 'co-author', 'requester', 'pusher', 'glass-breaker']),
      commit: z.string().nullable(),
    }),
  ),
  contributorsComplete: z.boolean(),
  reviews: z.array(
    z.object({
      id: z.number(),
      login: z.string(),
      isBot: z.boolean(),
      state: z.enum(['approved', 'changes-requested', 'commented', 'dismissed']),
      commit: z.string().nullable(),
      digest: z.string().nullable(),
      severity: z.enum(['low', 'medium', 'high']).nullable().default(null),
      submittedAt: z.coerce.date(),
      confirmedOn: z.number().exactOptional(),
    }),
  ),
  people: z.array(z.object({ login: z.string(), role: z.string(), teams: z.array(z.string()) })),
  mergedBy: z.string().nullable(),
  labels: z.array(z.string()),
  teams: z.array(z.string()),
  owners: z.array(z.object({ path: z.string(), owners: z.array(subject) })).exactOptional(),
  /** Null where the target could not be asked. */
  rows: z.number().nullable().exactOptional(),
  author: z.object({ asked: z.array(z.string()), teams: z.array(z.string()) }).exactOptional(),
});

/** What `notedFacts` keeps. */
export type NotedFacts = z.infer<typeof schema>;

/** Reads what was kept; null where it was not, or by another version in other words. */
export function readNotedFacts(kept: unknown): NotedFacts | null {
  const parsed = schema.safeParse(kept);
  return parsed.success ? parsed.data : null;
}
