import type { Signature } from '../git/commits.ts';
import type { Account, Timestamp } from '../model.ts';

/** Who commits what is done through the web and the API. */
export const WEB_FLOW = { name: 'GitHub', email: 'noreply@github.com' } as const;

/** The e-mail address of an account's commits; one that keeps theirs to themselves gets GitHub's. */
export function emailOf(account: Account): string {
  return account.email ?? `${account.id}+${account.login}@users.noreply.github.com`;
}

export function signatureOf(account: Account, date: Timestamp): Signature {
  return { name: account.name ?? account.login, email: emailOf(account), date };
}
