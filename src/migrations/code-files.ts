import { createHash } from 'node:crypto';
import { resolveFile } from './sandbox/guest/resolve-file.ts';

/** Files that migrations may import, by path from the repository's root. */
export interface CodeFiles {
  has(path: string): boolean;
  /** The bytes of one that is there. */
  read(path: string): Promise<Uint8Array>;
}

/** A migration's file and all that it imports by relative paths, directly or not. */
export interface CodeGraph {
  readonly texts: ReadonlyMap<string, string>;
  /** SHA-256 over paths and contents. */
  readonly checksum: string;
}

/**
 * Follows imports from `entry`. Whatever looks like a relative path in quotes counts as one, so that the graph
 * holds rather too much than too little; what is not among `files` is left for the sandbox to refuse.
 */
export async function gatherCode(entry: string, files: CodeFiles): Promise<CodeGraph> {
  const texts = new Map<string, string>();
  const waiting = [entry];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (!files.has(path) || texts.has(path)) continue;
    const text = Buffer.from(await files.read(path)).toString('utf8');
    texts.set(path, text);
    for (const specifier of relativePaths(text)) {
      const found = resolveFile(path, specifier, (candidate) => files.has(candidate));
      if (found !== null) waiting.push(found);
    }
  }
  const hash = createHash('sha256');
  for (const path of [...texts.keys()].sort()) hash.update(JSON.stringify([path, texts.get(path)]));
  return { texts, checksum: hash.digest('hex') };
}

function* relativePaths(text: string): Generator<string> {
  for (const match of text.matchAll(/(["'`])(\.\.?(?:\/[^"'`\n]*)?)\1/g)) yield match[2] ?? '';
}
