import type { Contributor } from '../domain/gate.ts';
import type { CodeHost, Contributors, Span } from '../ports/code-host.ts';
import { isCleanMerge } from './clean-merges.ts';
import { accountsOf } from './accounts-of-addresses.ts';
import { coAuthors, loginOfAddress } from './co-authors.ts';
import type { Connection } from './connection.ts';
import type { RawCommit, Signature } from './raw-commit.ts';
import { keyOf } from './trees.ts';

/** GitHub lists no more commits of a pull request (REST, "List commits on a pull request"). */
const listLimit = 250;

/** Commits for GitHub's own web editor; it is nobody. */
const webFlow = 'web-flow';

/**
 * Who wrote in a pull request: whose approval of it must not count. Authors and committers are who GitHub says
 * they are; of co-authors the commit has only an address. Where no account can be found for one, the address stands
 * in the login's place, and nobody is recognised by it.
 */
export function contributorsOf(connection: Connection): Pick<CodeHost, 'contributors'> {
  const { objects } = connection;
  return {
    contributors: async (number, span) => {
      if (span === undefined) return find(connection, number, await spanOf(connection, number));
      const key = keyOf(connection, `${number} ${span.baseCommit} ${span.head}`);
      return objects.contributors(key, () => find(connection, number, span));
    },
  };
}

async function spanOf({ octokit, owner, repo }: Connection, number: number): Promise<Span> {
  const { data: pull } = await octokit.rest.pulls.get({ owner, repo, pull_number: number });
  const { head, base, user, commits } = pull;
  return { head: head.sha, baseCommit: base.sha, author: user.login, commitCount: commits };
}

async function find(connection: Connection, number: number, span: Span): Promise<Contributors> {
  const { octokit, owner, repo } = connection;
  const where = { owner, repo, pull_number: number, per_page: 100 };
  const commits = await octokit.paginate(octokit.rest.pulls.listCommits, where);
  const written = await writtenOf(connection, commits);
  const { logins, isWhole } = await accountsOf(connection, written);
  const opener = named(span.author, 'author', null);
  return {
    people: uniquePeople([...opener, ...written.flatMap((commit) => writers(commit, logins))]),
    // The number of commits may stop at the same limit, so a full list counts as cut.
    complete: isWhole && commits.length >= (span.commitCount ?? Infinity) && commits.length < listLimit,
    heads: headsOf(span.head, commits, written),
  };
}

/** From the head back along first parents, over merges that only bring the base in, to what somebody wrote. */
function headsOf(
  head: string,
  commits: readonly RawCommit[],
  written: readonly RawCommit[],
): readonly string[] {
  const known = new Map(commits.map((commit) => [commit.sha, commit]));
  const own = new Set(written.map(({ sha }) => sha));
  const heads: string[] = [];
  for (let at = known.get(head); at !== undefined; at = known.get(at.parents[0]?.sha ?? '')) {
    heads.unshift(at.sha);
    if (own.has(at.sha)) break;
  }
  return heads;
}

/** The commits that somebody wrote something in: merges that only bring the base branch in are left out. */
async function writtenOf(
  connection: Connection,
  commits: readonly RawCommit[],
): Promise<readonly RawCommit[]> {
  const own = new Set(commits.map(({ sha }) => sha));
  const written: RawCommit[] = [];
  for (const commit of commits) {
    const second = commit.parents[1];
    const isFromOutside = second !== undefined && !own.has(second.sha);
    const look = (): Promise<boolean> => isCleanMerge(connection, commit);
    if (isFromOutside && (await connection.objects.cleanMerge(keyOf(connection, commit.sha), look))) continue;
    written.push(commit);
  }
  return written;
}

/** Who wrote, committed or is named as a co-author of a commit; `logins` are the accounts behind addresses. */
export function writers(commit: RawCommit, logins: ReadonlyMap<string, string>): readonly Contributor[] {
  const { author, committer, message } = commit.commit;
  const login = (address: string): string => logins.get(address) ?? address;
  return [
    ...named(commit.author?.login ?? addressOf(author), 'author', commit.sha),
    ...named(commit.committer?.login ?? addressOf(committer), 'committer', commit.sha),
    ...coAuthors(message).flatMap((one) => named(one.login ?? login(one.address), 'co-author', commit.sha)),
  ];
}

function named(login: string | null, as: Contributor['as'], commit: string | null): readonly Contributor[] {
  return login === null || login === '' || login === webFlow ? [] : [{ login, as, commit }];
}

/** Who has no account is known by the address in the commit. */
function addressOf(signature: Signature | null): string | null {
  const address = signature?.email?.trim().toLowerCase();
  return address === undefined ? null : (loginOfAddress(address) ?? address);
}

/** Each person once for each part that they took. */
export function uniquePeople(people: readonly Contributor[]): readonly Contributor[] {
  const seen = new Map<string, Contributor>();
  for (const person of people) {
    const key = `${person.login.toLowerCase()} ${person.as}`;
    if (!seen.has(key)) seen.set(key, person);
  }
  return [...seen.values()];
}
