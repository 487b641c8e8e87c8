import type { Contributor } from '../../domain/gate.ts';
import type { CodeHost, PullRequest } from '../../ports/code-host.ts';
import type { Tools } from '../tools.ts';

/**
 * Who pushed last what somebody wrote: of `heads`, the first of which anybody is known to have pushed. Merges that
 * only bring the base branch in come after it, and who pushed those wrote nothing. Where no webhook told, GitHub's own
 * list of what happened to the branch is asked.
 */
export async function pushersOf(
  host: CodeHost,
  { records, clock }: Pick<Tools, 'records' | 'clock'>,
  { headRepositoryId, headBranch, fromFork }: PullRequest,
  heads: readonly string[],
): Promise<readonly Contributor[]> {
  const [written] = heads;
  if (written === undefined || headRepositoryId === null) return [];
  const known = await records.pushersOf(headRepositoryId, headBranch, heads);
  const told = named(written, known);
  // Another repository's list is not the App's to see.
  if (told.length > 0 || fromFork) return told.length > 0 ? told : firstOf(heads, known);
  const listed = await host.pushes(headBranch);
  for (const push of listed.filter(({ head }) => heads.includes(head))) {
    await records.notePush({ repositoryId: headRepositoryId, branch: headBranch, ...push }, clock());
  }
  return firstOf(heads, [...known, ...listed]);
}

type Pushed = readonly { readonly head: string; readonly login: string }[];

function firstOf(heads: readonly string[], pushed: Pushed): readonly Contributor[] {
  const head = heads.find((one) => pushed.some((push) => push.head === one));
  return head === undefined ? [] : named(head, pushed);
}

function named(head: string, pushed: Pushed): readonly Contributor[] {
  const logins = new Set(pushed.filter((push) => push.head === head).map(({ login }) => login));
  return [...logins].map((login) => ({ login, as: 'pusher', commit: head }));
}
