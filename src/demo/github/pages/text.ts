import type { Account } from '../model.ts';

/**
 * Shows characters that would reorder the text beside them, and control characters, as their code points: nobody is to be
 * fooled by a diff or a title. Line ends and tabs stay.
 */
export function revealControls(text: string): string {
  return text.replace(
    /[\u202a-\u202e\u2066-\u2069\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g,
    (character) => `⟦U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}⟧`,
  );
}

const format = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  timeZone: 'UTC',
});

/** `23 Nov, 09:30 UTC`; empty for no time and for what is none. */
export function when(timestamp: string | null): string {
  const date = new Date(timestamp ?? Number.NaN);
  return Number.isNaN(date.getTime()) ? '' : `${format.format(date)} UTC`;
}

export function shortSha(sha: string): string {
  return sha.slice(0, 7);
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

export interface PersonView {
  readonly login: string;
  readonly name: string;
  readonly href: string;
  readonly avatar: string;
  readonly isBot: boolean;
}

/** How an account is shown wherever its name stands. */
export function person(account: Account): PersonView {
  const isBot = account.type === 'Bot';
  const slug = account.login.replace(/\[bot\]$/, '');
  return {
    login: slug,
    name: account.name ?? '',
    href: isBot ? `/apps/${encodeURIComponent(slug)}` : `/${encodeURIComponent(account.login)}`,
    avatar: `/avatars/${encodeURIComponent(account.login)}`,
    isBot,
  };
}

/** An address that may stand in a link; null for anything but http and https. */
export function webAddress(address: string | null): string | null {
  return address !== null && /^https?:\/\//i.test(address) ? address : null;
}
