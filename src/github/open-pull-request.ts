import { z } from 'zod';
import type { Repository } from '../domain/repository.ts';
import type { PullRequest } from '../ports/code-host.ts';
import { isNewcomer } from './association.ts';
import { isOutOfReach, type Connection } from './connection.ts';
import { graphqlAuthor, graphqlReview, loginOf, reviewOf } from './graphql-reviews.ts';

/** GitHub's GraphQL reference, "PullRequest": all that a plan starts from, in one question. */
const query = `query openPullRequest($owner: String!, $repo: String!, $number: Int!) {
  repository(owner: $owner, name: $repo) {
    databaseId
    isArchived
    defaultBranchRef { name target { oid } }
    pullRequest(number: $number) {
      id number title state isDraft mergeable
      headRefOid headRefName headRepository { databaseId }
      baseRefName baseRef { target { oid } }
      author { login __typename } authorAssociation
      potentialMergeCommit { oid }
      reviews(first: 100) {
        totalCount
        nodes { fullDatabaseId state submittedAt author { login __typename } commit { oid } }
      }
      commits { totalCount }
      labels(first: 100) { nodes { name } }
    }
  }
}`;

const tip = z.object({ target: z.object({ oid: z.string() }) });

const answer = z.object({
  repository: z
    .object({
      databaseId: z.number(),
      isArchived: z.boolean(),
      defaultBranchRef: tip.extend({ name: z.string() }).nullable(),
      pullRequest: z
        .object({
          id: z.string(),
          number: z.number(),
          title: z.string(),
          state: z.enum(['OPEN', 'CLOSED', 'MERGED']),
          isDraft: z.boolean(),
          mergeable: z.enum(['MERGEABLE', 'CONFLICTING', 'UNKNOWN']),
          headRefOid: z.string(),
          headRefName: z.string(),
          headRepository: z.object({ databaseId: z.number() }).nullable(),
          baseRefName: z.string(),
          baseRef: tip.nullable(),
          author: graphqlAuthor,
          authorAssociation: z.string(),
          potentialMergeCommit: z.object({ oid: z.string() }).nullable(),
          reviews: z.object({ totalCount: z.number(), nodes: z.array(graphqlReview) }),
          commits: z.object({ totalCount: z.number() }),
          labels: z.object({ nodes: z.array(z.object({ name: z.string() })) }).nullable(),
        })
        .nullable(),
    })
    .nullable(),
});

type Answer = z.infer<typeof answer>;
type Found = NonNullable<NonNullable<Answer['repository']>['pullRequest']>;

/**
 * An open pull request with its base branch's present tip; null for one that is closed, merged or unknown. Throws
 * where the repository's name is another's by now.
 */
export async function openPullRequest(connection: Connection, number: number): Promise<PullRequest | null> {
  const { repository: known, forget } = connection;
  const found = await ask(connection, number);
  if (found === null) return null;
  const { pullRequest, defaultBranchRef } = found;
  if (!isAsKnown(found, known)) {
    forget();
    throw new Error(`${known.owner}/${known.name} is not as it was: it is looked for anew.`);
  }
  if (pullRequest?.state !== 'OPEN' || pullRequest.baseRef === null) return null;
  const told = (branch: string, oid: string): unknown =>
    connection.tips.set(branch, { sha: oid, toldAt: connection.now().getTime() });
  if (defaultBranchRef !== null) told(defaultBranchRef.name, defaultBranchRef.target.oid);
  return pullOf(pullRequest, pullRequest.baseRef.target.oid, known.id);
}

/** Whether all that is believed of a repository for longer is so still. */
function isAsKnown(found: NonNullable<Answer['repository']>, known: Repository): boolean {
  const { databaseId, isArchived, defaultBranchRef } = found;
  const isDefault = defaultBranchRef === null || defaultBranchRef.name === known.defaultBranch;
  return databaseId === known.id && isArchived === known.archived && isDefault;
}

async function ask(connection: Connection, number: number): Promise<Answer['repository']> {
  const { octokit, owner, repo } = connection;
  try {
    return answer.parse(await octokit.graphql(query, { owner, repo, number })).repository;
  } catch (error) {
    connection.forget();
    // REST says the same again, in its own words.
    if (isNotFound(error) || isOutOfReach(error)) return null;
    throw error;
  }
}

/** GraphQL answers 200 with an error of that type. */
function isNotFound(error: unknown): boolean {
  if (!(error instanceof Error) || !('errors' in error) || !Array.isArray(error.errors)) return false;
  return error.errors.some((one: unknown) => {
    const type: unknown = typeof one === 'object' && one !== null ? Reflect.get(one, 'type') : null;
    return type === 'NOT_FOUND';
  });
}

function pullOf(raw: Found, baseCommit: string, repositoryId: number): PullRequest {
  const isMergeable = raw.mergeable === 'MERGEABLE';
  return {
    number: raw.number,
    nodeId: raw.id,
    title: raw.title,
    author: loginOf(raw.author),
    authorIsBot: raw.author?.__typename === 'Bot',
    authorIsNewcomer: isNewcomer(raw.authorAssociation),
    state: 'open',
    draft: raw.isDraft,
    head: raw.headRefOid,
    headBranch: raw.headRefName,
    headRepositoryId: raw.headRepository?.databaseId ?? null,
    fromFork: raw.headRepository?.databaseId !== repositoryId,
    base: raw.baseRefName,
    baseCommit,
    mergeCommit: isMergeable ? (raw.potentialMergeCommit?.oid ?? null) : null,
    mergeable: raw.mergeable === 'UNKNOWN' ? null : isMergeable,
    mergedBy: null,
    labels: (raw.labels?.nodes ?? []).map(({ name }) => name),
    reviewCount: raw.reviews.totalCount,
    commitCount: raw.commits.totalCount,
    // Of a longer list the rest is asked for page by page.
    ...(raw.reviews.nodes.length < raw.reviews.totalCount
      ? {}
      : { reviews: raw.reviews.nodes.flatMap(reviewOf) }),
  };
}
