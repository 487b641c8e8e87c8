/** A request for a page, free of any HTTP library. */
export interface PageRequest {
  readonly method: string;
  /** Path and query as they were sent. */
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
  /** Whether the API answers this address too. */
  readonly hasRoute: boolean;
}

/** Who the visitor acts as. */
export const actAsCookie = 'act_as';
/** What the next page is to say once: `good` or `bad`, a space, the words. */
export const flashCookie = 'flash';

export interface PageAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

/** The cookies of a request; a name given twice counts once, the first time. */
export function cookiesOf(request: PageRequest): ReadonlyMap<string, string> {
  const cookies = new Map<string, string>();
  for (const pair of (request.headers['cookie'] ?? '').split(';')) {
    const equals = pair.indexOf('=');
    const name = pair.slice(0, equals).trim();
    if (equals > 0 && !cookies.has(name)) cookies.set(name, decoded(pair.slice(equals + 1).trim()));
  }
  return cookies;
}

/** Percent-decodes; what is not well encoded stays as it is. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Cookies of the pages are out of reach for scripts and are not sent along by other sites' forms. */
export function cookie(name: string, value: string, maxAgeSeconds: number): string {
  return `${name}=${encodeURIComponent(value)}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${maxAgeSeconds}`;
}

/** Sends the browser on with GET; `path` must be a path of this site. */
export function seeOther(path: string, setCookie?: string): PageAnswer {
  const headers = {
    location: localPath(path),
    ...(setCookie === undefined ? {} : { 'set-cookie': setCookie }),
  };
  return { status: 303, headers, body: '' };
}

/** The path itself where it leads to a page here, `/` for anything that a browser could read as another site. */
export function localPath(path: string): string {
  return /^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(path) ? path : '/';
}
