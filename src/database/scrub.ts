/** What stands where a secret was. */
const removed = '***';

/**
 * Takes passwords out of a text that comes from a driver or a server: the user part of any URL, `password=…`
 * pairs, and each of `secrets` wherever it stands, as given or URL-encoded.
 */
export function scrub(text: string, secrets: readonly string[] = []): string {
  const withoutSecrets = secrets
    .filter((secret) => secret.length > 0)
    .flatMap((secret) => [secret, encodeURIComponent(secret)])
    .toSorted((a, b) => b.length - a.length)
    .reduce((rest, secret) => rest.replaceAll(patternOf(secret), removed), text);
  return (
    withoutSecrets
      // Up to the last @ before the path: a password may hold an unescaped @ of its own.
      .replaceAll(/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/?#"']*@/gi, `$1${removed}@`)
      .replaceAll(/\b(password|passwd|pwd)(\s*[=:]\s*)('[^']*'|"[^"]*"|[^\s&;,]+)/gi, `$1$2${removed}`)
  );
}

/** A short password can be a part of common words, which would come out garbled and give it away: only as a word. */
function patternOf(secret: string): RegExp {
  const literal = secret.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  return new RegExp(secret.length < 8 ? `(?<![a-z0-9])${literal}(?![a-z0-9])` : literal, 'gi');
}

/** The password in a connection URL, as it stands there and decoded; empty where there is none. */
export function secretsOf(url: string): readonly string[] {
  const parsed = URL.parse(url);
  if (parsed === null) return [];
  const inQuery = parsed.searchParams.get('password');
  return [parsed.password, decode(parsed.password), inQuery ?? ''].filter((secret) => secret !== '');
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
