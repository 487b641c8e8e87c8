import { roleAtLeast } from '../../domain/policy.ts';
import type { Problem } from '../../domain/problem.ts';
import { isSameLogin } from '../../gate/rights.ts';
import { quoted } from '../../gate/words.ts';
import type { CodeHost, PullRequest } from '../../ports/code-host.ts';
import type { Vouch } from '../../ports/record-rows.ts';
import type { Tools } from '../tools.ts';

/** Why nothing of a pull request is run unless somebody who may write has said so. */
export type Strangeness = 'fork' | 'newcomer' | 'bot';

/**
 * Whether a pull request is a stranger's; null where it is not. What the App opened itself was asked for by somebody
 * whose right was checked.
 */
export async function strangenessOf(
  host: Pick<CodeHost, 'person'>,
  { author, authorIsBot, authorIsNewcomer, fromFork }: PullRequest,
  { hosts }: Pick<Tools, 'hosts'>,
): Promise<Strangeness | null> {
  if (fromFork) return 'fork';
  if (authorIsBot) return isSameLogin(author, await hosts.appLogin()) ? null : 'bot';
  if (!authorIsNewcomer) return null;
  const { role } = await host.person(author, []);
  return roleAtLeast(role, 'write') ? null : 'newcomer';
}

/** Whether a pull request's head may be run. */
export type Leave =
  | { readonly kind: 'given' }
  /** At somebody's word, for this very commit. */
  | { readonly kind: 'vouched'; readonly vouch: Vouch }
  | { readonly kind: 'withheld'; readonly strangeness: Strangeness };

/** Finds out whether the head that `pullRequest` was read with may be run. */
export async function leaveToRun(
  host: CodeHost,
  pullRequest: PullRequest,
  tools: Pick<Tools, 'hosts' | 'records'>,
): Promise<Leave> {
  const strangeness = await strangenessOf(host, pullRequest, tools);
  if (strangeness === null) return { kind: 'given' };
  const vouch = await tools.records.vouchOf(host.repository.id, pullRequest.number, pullRequest.head);
  return vouch === null ? { kind: 'withheld', strangeness } : { kind: 'vouched', vouch };
}

/** A commit as people know it. */
export function shortSha(sha: string): string {
  return sha.slice(0, 10);
}

/** What stands on a pull request that nobody has vouched for. */
export function notVouched(strangeness: Strangeness, { author, head }: PullRequest): Problem {
  return {
    code: 'not-vouched',
    message:
      `${capital(whose(strangeness, author))}, so nothing of it is run before somebody with write access has read it ` +
      `and commented \`/plan\`: then commit ${quoted(shortSha(head))} is, and no later one. Until then its SQL files ` +
      'are only read, and its code is not.',
  };
}

/** The note of a plan that was made at somebody's word. */
export function vouchedNote({ login, head }: Vouch): string {
  return `Run at the word of ${quoted(login)} for commit ${quoted(shortSha(head))}. A later commit needs it again.`;
}

/** Who may have it run; the start of the refusal names who may not. */
export function notTheirs(strangeness: Strangeness, actor: string, author: string): string {
  return (
    `${quoted(actor)} may not have it run: ${whose(strangeness, author)}. Somebody with write access reads it and ` +
    'comments `/plan`.'
  );
}

function whose(strangeness: Strangeness, author: string): string {
  switch (strangeness) {
    case 'fork':
      return 'this comes from a fork';
    case 'newcomer':
      return `this is by ${quoted(author)}, who may not write to this repository`;
    case 'bot':
      return `this is by ${quoted(author)}, which is a bot`;
  }
}

function capital(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}
