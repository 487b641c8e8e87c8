import { coAuthors } from './co-authors.ts';
import type { Connection } from './connection.ts';
import type { RawCommit } from './raw-commit.ts';

/** Each address costs a request; a pull request with more of unknown people is not looked through. */
const mostAsked = 30;

export interface Accounts {
  /** Logins by address, in lower case. */
  readonly logins: ReadonlyMap<string, string>;
  /** False where there were too many addresses to ask for. */
  readonly isWhole: boolean;
}

/**
 * The accounts behind co-authors' addresses: from the pull request's own commits, else from a commit of the
 * repository under that address, of which GitHub knows the account (REST, "List commits", `author`).
 */
export async function accountsOf(connection: Connection, commits: readonly RawCommit[]): Promise<Accounts> {
  const logins = signers(commits);
  const named = commits.flatMap(({ commit }) => coAuthors(commit.message));
  const addresses = named.filter(({ login }) => login === null).map(({ address }) => address);
  const unknown = [...new Set(addresses)].filter((address) => !logins.has(address));
  for (const address of unknown.slice(0, mostAsked)) {
    const login = await loginInRepository(connection, address);
    if (login !== null) logins.set(address, login);
  }
  return { logins, isWhole: unknown.length <= mostAsked };
}

/** Whom GitHub knows by the addresses of the commits themselves. */
function signers(commits: readonly RawCommit[]): Map<string, string> {
  const logins = new Map<string, string>();
  const note = (login: string | undefined, email: string | undefined): void => {
    if (login !== undefined && email !== undefined) logins.set(email.trim().toLowerCase(), login);
  };
  for (const { author, committer, commit } of commits) {
    note(author?.login, commit.author?.email);
    note(committer?.login, commit.committer?.email);
  }
  return logins;
}

async function loginInRepository(
  { octokit, owner, repo }: Connection,
  address: string,
): Promise<string | null> {
  const { data } = await octokit.rest.repos.listCommits({ owner, repo, author: address, per_page: 100 });
  // GitHub takes logins there as well, and may give commits of the same person under others of their addresses:
  // only one under this very address tells.
  const theirs = data.find(({ commit }) => commit.author?.email?.toLowerCase() === address);
  return theirs?.author?.login ?? null;
}
