/** Where a secret is to be had. The secret itself never stands in a configuration file. */
export type SecretReference =
  | { readonly kind: 'env'; readonly variable: string }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'exec'; readonly command: string; readonly args: readonly string[] };

/** What a reference looks like, for messages. */
export const secretForms = 'env:NAME, file:/path or exec:command arguments';

/**
 * Reads `env:NAME`, `file:/run/secrets/x` or `exec:command arguments` (arguments in quotes may hold spaces; no shell
 * reads them). Null for everything else, so that a literal secret is never repeated by an error.
 */
export function parseSecretReference(text: string): SecretReference | null {
  const parts = /^(env|file|exec):(.+)$/s.exec(text.trim());
  const rest = parts?.[2]?.trim();
  if (parts === null || rest === undefined) return null;
  switch (parts[1]) {
    case 'env':
      return /^[A-Za-z_][A-Za-z0-9_]*$/.test(rest) ? { kind: 'env', variable: rest } : null;
    case 'file':
      return rest.startsWith('/') && !rest.includes('\0') ? { kind: 'file', path: rest } : null;
    default: {
      const [command, ...args] = words(rest);
      return command === undefined ? null : { kind: 'exec', command, args };
    }
  }
}

function words(line: string): readonly string[] {
  const found = line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g);
  return Array.from(found, ([, double, single, bare]) => double ?? single ?? bare ?? '');
}
