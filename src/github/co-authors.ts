/** An address of a `Co-authored-by:` line, and the login that it tells, if any. */
export interface CoAuthor {
  readonly address: string;
  /** Known from GitHub's noreply addresses alone: `12345+login@users.noreply.github.com`. */
  readonly login: string | null;
}

/** The people of the `Co-authored-by: Name <address>` lines of a commit's message. */
export function coAuthors(message: string): readonly CoAuthor[] {
  const lines = message.matchAll(/^[ \t]*co-authored-by:[^<\n]*<([^<>\n]+)>/gim);
  return [...lines].flatMap(([, address]) => {
    if (address === undefined) return [];
    return [{ address: address.trim().toLowerCase(), login: loginOfAddress(address) }];
  });
}

/** The login in one of GitHub's noreply addresses, also of an Enterprise Server's; null for any other address. */
export function loginOfAddress(address: string): string | null {
  return /^(?:\d+\+)?([^@+]+)@users\.noreply\.[\w.-]+$/i.exec(address.trim())?.[1] ?? null;
}
