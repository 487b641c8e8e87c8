import type { Contributor } from '../domain/gate.ts';
import type { CodeHost } from '../ports/code-host.ts';
import type { Connection } from './connection.ts';

/** GitHub lists no more commits of a pull request (REST, "List commits on a pull request"). */
const listLimit = 250;

/** Commits for GitHub's own web editor; it is nobody. */
const webFlow = 'web-flow';

interface RawCommit {
  readonly sha: string;
  readonly parents: readonly { readonly sha: string }[];
  readonly author: { readonly login?: string } | null;
  readonly committer: { readonly login?: string } | null;
  readonly commit: {
    readonly message: string;
    readonly author: Person | null;
    readonly committer: Person | null;
  };
}

interface Person {
  readonly name?: string;
  readonly email?: string;
}

/** Who wrote in a pull request: what an approval of theirs must not count for. */
export function contributorsOf(connection: Connection): Pick<CodeHost, 'contributors'> {
  const { octokit, owner, repo } = connection;
  return {
    contributors: async (number) => {
      const where = { owner, repo, pull_number: number };
      const [{ data: pull }, listed] = await Promise.all([
        octokit.rest.pulls.get(where),
        octokit.paginate(octokit.rest.pulls.listCommits, { ...where, per_page: 100 }),
      ]);
      const author: Contributor = { login: pull.user.login, as: 'author', commit: null };
      const commits: readonly RawCommit[] = listed;
      const own = new Set(commits.map(({ sha }) => sha));
      const people = commits.flatMap((commit) => (isUpdateOfBranch(commit, own) ? [] : writers(commit)));
      return {
        people: unique([author, ...people]),
        complete:
          pull.commits <= commits.length && commits.length < listLimit + 1 && pull.commits <= listLimit,
      };
    },
  };
}

/**
 * "Update branch" merges the base branch in: its second parent comes from outside the pull request, GitHub
 * commits it, and it makes nobody a contributor.
 */
function isUpdateOfBranch(commit: RawCommit, own: ReadonlySet<string>): boolean {
  const [, second] = commit.parents;
  return second !== undefined && commit.committer?.login === webFlow && !own.has(second.sha);
}

function writers(commit: RawCommit): readonly Contributor[] {
  const { author, committer } = commit.commit;
  const people = [
    { login: commit.author?.login ?? unknownLogin(author), as: 'author' as const },
    { login: commit.committer?.login ?? unknownLogin(committer), as: 'committer' as const },
    ...coAuthors(commit.commit.message).map((login) => ({ login, as: 'co-author' as const })),
  ];
  return people
    .filter(({ login }) => login !== webFlow && login !== '')
    .map(({ login, as }) => ({ login, as, commit: commit.sha }));
}

/** Somebody without an account, by the address in the commit. */
function unknownLogin(person: Person | null): string {
  if (person?.email === undefined) return '';
  return loginOfAddress(person.email);
}

/** The addresses of `Co-authored-by:` lines, as logins where GitHub's noreply address tells. */
export function coAuthors(message: string): readonly string[] {
  const lines = message.matchAll(/^\s*co-authored-by:[^<\n]*<([^>\n]+)>\s*$/gim);
  return [...lines].flatMap(([, address]) => (address === undefined ? [] : [loginOfAddress(address)]));
}

/** `12345+login@users.noreply.github.com` is that login's; any other address stands for itself. */
function loginOfAddress(address: string): string {
  const login = /^(?:\d+\+)?([^@]+)@users\.noreply\.[\w.-]+$/i.exec(address.trim())?.[1];
  return login ?? address.trim().toLowerCase();
}

function unique(people: readonly Contributor[]): readonly Contributor[] {
  const seen = new Map<string, Contributor>();
  for (const person of people) {
    const key = `${person.login.toLowerCase()} ${person.as}`;
    if (!seen.has(key)) seen.set(key, person);
  }
  return [...seen.values()];
}
