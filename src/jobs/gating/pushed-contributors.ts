import type { Contributor } from '../../domain/gate.ts';
import type { CodeHost } from '../../ports/code-host.ts';
import type { Push } from '../../ports/record-rows.ts';
import type { Tools } from '../tools.ts';

/** A change that is on the branch. */
export interface Landed {
  readonly commit: string;
  /** The branch's commit before it; null where that is not known. */
  readonly since: string | null;
  /** Whether another plan than its pull request's came with it: whoever made that commit wrote in it. */
  readonly isOther?: boolean | undefined;
}

/**
 * Who wrote what a push without a pull request brought, and who pushed it, by webhooks or GitHub's own list: nobody of
 * them confirms it.
 */
export async function pushedContributors(
  host: CodeHost,
  tools: Pick<Tools, 'records'>,
  branch: string,
  { commit, since }: Landed,
): Promise<{ readonly people: readonly Contributor[]; readonly complete: boolean }> {
  if (since === null) return { people: [], complete: false };
  const [written, push] = await Promise.all([
    host.contributorsBetween(since, commit),
    pushOf(host, tools, branch, commit),
  ]);
  // Who pushed commits under another's name could else agree to them.
  if (push === null) return { people: written.people, complete: false };
  return {
    people: [...written.people, { login: push.login, as: 'pusher', commit }],
    complete: written.complete,
  };
}

/** One move of a branch: who pushed, and the branch's commit before; null where it was made by it. */
type Move = Pick<Push, 'before' | 'head' | 'login'>;

/** The push that brought a commit to a branch, as webhooks or GitHub's own list tell; null where neither does. */
export async function pushOf(
  host: CodeHost,
  { records }: Pick<Tools, 'records'>,
  branch: string,
  commit: string,
): Promise<Move | null> {
  const told = await records.pushesTo(host.repository.id, branch);
  return (await among(host, told, commit)) ?? (await among(host, await host.pushes(branch), commit));
}

async function among(host: CodeHost, pushes: readonly Move[], commit: string): Promise<Move | null> {
  const direct = pushes.find(({ head }) => head === commit);
  if (direct !== undefined) return direct;
  for (const push of pushes) {
    const brought = push.before === null ? null : await host.firstParentCommits(push.before, push.head);
    if (brought?.some(({ sha }) => sha === commit) === true) return push;
  }
  return null;
}
