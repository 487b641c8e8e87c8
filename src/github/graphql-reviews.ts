import { z } from 'zod';
import type { Review } from '../domain/gate.ts';
import { reviewStates } from './review-states.ts';

export const graphqlAuthor = z.object({ login: z.string(), __typename: z.string() }).nullable();

/** A review as GitHub's GraphQL has it; its `databaseId` is too small for the ids that are given by now. */
export const graphqlReview = z.object({
  fullDatabaseId: z.union([z.string(), z.number()]),
  state: z.string(),
  submittedAt: z.iso.datetime().nullable(),
  author: graphqlAuthor,
  commit: z.object({ oid: z.string() }).nullable(),
});

/** The review in Tidegate's words; nothing of a draft, which is its author's own. */
export function reviewOf(raw: z.infer<typeof graphqlReview>): readonly Review[] {
  const state = reviewStates[raw.state];
  if (state === undefined || raw.submittedAt === null) return [];
  return [
    {
      id: Number(raw.fullDatabaseId),
      login: loginOf(raw.author),
      isBot: raw.author?.__typename === 'Bot',
      state,
      commit: raw.commit?.oid ?? null,
      digest: null,
      submittedAt: new Date(raw.submittedAt),
    },
  ];
}

/** A login as REST, and so everything else here, writes it: a bot's with `[bot]` at its end. */
export function loginOf(author: z.infer<typeof graphqlAuthor>): string {
  const login = author?.login ?? 'ghost';
  return author?.__typename === 'Bot' ? `${login.replace(/\[bot\]$/, '')}[bot]` : login;
}
