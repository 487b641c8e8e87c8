import type { Contributor } from '../domain/gate.ts';
import type { CodeHost } from '../ports/code-host.ts';
import type { Tools } from './tools.ts';

/** A change that is on the branch. */
export interface Landed {
  readonly commit: string;
  /** The branch's commit before it; null where that is not known. */
  readonly since: string | null;
}

/**
 * Who wrote what a push without a pull request brought, and who pushed it where a webhook told: nobody of them
 * confirms it.
 */
export async function pushedContributors(
  host: CodeHost,
  tools: Pick<Tools, 'records'>,
  branch: string,
  { commit, since }: Landed,
): Promise<{ readonly people: readonly Contributor[]; readonly complete: boolean }> {
  if (since === null) return { people: [], complete: false };
  const [written, pusher] = await Promise.all([
    host.contributorsBetween(since, commit),
    pusherOf(host, tools, branch, commit),
  ]);
  const pushed: readonly Contributor[] = pusher === null ? [] : [{ login: pusher, as: 'pusher', commit }];
  return { people: [...written.people, ...pushed], complete: written.complete };
}

async function pusherOf(
  host: CodeHost,
  { records }: Pick<Tools, 'records'>,
  branch: string,
  commit: string,
): Promise<string | null> {
  const pushes = await records.pushesTo(host.repository.id, branch);
  const direct = pushes.find(({ head }) => head === commit);
  if (direct !== undefined) return direct.login;
  for (const { before, head, login } of pushes) {
    const brought = before === null ? null : await host.firstParentCommits(before, head);
    if (brought?.some(({ sha }) => sha === commit) === true) return login;
  }
  return null;
}
