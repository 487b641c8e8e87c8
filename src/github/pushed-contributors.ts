import type { CodeHost } from '../ports/code-host.ts';
import { accountsOf } from './accounts-of-addresses.ts';
import { orNull, type Connection } from './connection.ts';
import { uniquePeople, writers } from './contributors.ts';
import type { RawCommit } from './raw-commit.ts';

/** A push of more commits is not looked through. */
const mostCommits = 250;

const perPage = 100;

/** Who wrote what a push brought, as GitHub compares the branch before it with the branch after. */
export function pushedContributors(connection: Connection): Pick<CodeHost, 'contributorsBetween'> {
  return {
    contributorsBetween: async (after, until) => {
      const found = await commitsBetween(connection, `${after}...${until}`);
      if (found === null) return { people: [], complete: false };
      const { logins, isWhole } = await accountsOf(connection, found);
      return { people: uniquePeople(found.flatMap((commit) => writers(commit, logins))), complete: isWhole };
    },
  };
}

/** Null where GitHub does not know one of the two, or has more commits than are looked through. */
async function commitsBetween(
  { octokit, owner, repo }: Connection,
  basehead: string,
): Promise<readonly RawCommit[] | null> {
  const commits: RawCommit[] = [];
  for (let page = 1; ; page += 1) {
    const where = { owner, repo, basehead, per_page: perPage, page };
    const compared = await orNull(octokit.rest.repos.compareCommitsWithBasehead(where));
    if (compared === null || compared.data.total_commits > mostCommits) return null;
    commits.push(...compared.data.commits);
    if (commits.length >= compared.data.total_commits) return commits;
    if (compared.data.commits.length === 0) return null;
  }
}
