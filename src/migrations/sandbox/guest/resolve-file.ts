const endings = ['', '.ts', '.js', '.mts', '.mjs', '.cts', '.cjs', '.json'];
const indexes = ['/index.ts', '/index.js'];

/** The file that a relative import means, as Node and TypeScript would look for it; null for any other import. */
export function resolveFile(
  from: string,
  specifier: string,
  exists: (path: string) => boolean,
): string | null {
  if (!/^\.\.?(?:\/|$)/.test(specifier)) return null;
  const path = join(from.slice(0, from.lastIndexOf('/') + 1), specifier);
  if (path === null) return null;
  // TypeScript sources name each other by the extension that they will have once compiled.
  const asTypeScript = path.replace(/\.([cm]?)js$/, '.$1ts');
  const candidates = [...endings.map((end) => path + end), asTypeScript, ...indexes.map((end) => path + end)];
  return candidates.find(exists) ?? null;
}

function join(folder: string, specifier: string): string | null {
  const parts: string[] = [];
  for (const part of `${folder}${specifier}`.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return null;
  }
  return parts.join('/');
}
