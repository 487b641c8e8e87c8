import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import type { MigrationFile, MigrationSource } from '../domain/migration.ts';
import type { Problem } from '../domain/problem.ts';
import type { ContentCache } from '../ports/cache.ts';
import type { TreeReader } from '../ports/tree.ts';
import { tooLarge } from './discover.ts';
import { inBytes, limits } from './limits.ts';

const lfsPointer = 'version https://git-lfs.github.com/spec/';

/** The readable ones of `files`, in their order, and a problem for each of the others. Throws what `tree` throws. */
export async function readSources(
  tree: Pick<TreeReader, 'read'>,
  files: readonly MigrationFile[],
  cache: ContentCache,
): Promise<{ sources: readonly MigrationSource[]; problems: readonly Problem[] }> {
  const contents = await readBlobs(tree, files, cache);
  const sources: MigrationSource[] = [];
  const problems: Problem[] = [];
  for (const [index, file] of files.entries()) {
    const content = contents[index] ?? new Uint8Array();
    const problem = findFault(file, content);
    if (problem === null) {
      const checksum = checksumOf(content);
      sources.push({ ...file, content, checksum });
      await cache.put(checksumKey(file), checksum);
    } else problems.push({ migration: file.name, path: file.path, ...problem });
  }
  return { sources, problems };
}

/**
 * The SHA-256 of files by migration name, from the cache where their bytes were read before; of those that cannot
 * be read there is none. Throws what `tree` throws.
 */
export async function readChecksums(
  tree: Pick<TreeReader, 'read'>,
  files: readonly MigrationFile[],
  cache: ContentCache,
): Promise<ReadonlyMap<string, string>> {
  const kept = await cache.getMany(files.map(checksumKey));
  const unknown = files.filter((file) => !kept.has(checksumKey(file)));
  const { sources } = await readSources(tree, unknown, cache);
  const read = new Map(sources.map(({ name, checksum }) => [name, checksum]));
  return new Map(
    files.flatMap((file) => {
      const checksum = kept.get(checksumKey(file)) ?? read.get(file.name);
      return checksum === undefined ? [] : [[file.name, checksum] as const];
    }),
  );
}

function checksumKey({ blob }: MigrationFile): string {
  return `checksum:v1:${blob}`;
}

/** Files that are read at once: GitHub gives so many with one answer. */
const atOnce = 100;

async function readBlobs(
  tree: Pick<TreeReader, 'read'>,
  files: readonly MigrationFile[],
  cache: ContentCache,
): Promise<readonly Uint8Array[]> {
  const kept = await cache.getMany(files.map(({ blob }) => blobKey(blob)));
  const contents: Uint8Array[] = [];
  for (let from = 0; from < files.length; from += atOnce) {
    const some = files.slice(from, from + atOnce).map(async ({ blob }) => {
      const known = kept.get(blobKey(blob));
      return known === undefined ? readAnew(tree, blob, cache) : Buffer.from(known, 'base64');
    });
    contents.push(...(await Promise.all(some)));
  }
  return contents;
}

/** A blob's bytes, from the cache where it has them. */
export async function readBlob(
  tree: Pick<TreeReader, 'read'>,
  blob: string,
  cache: ContentCache,
): Promise<Uint8Array> {
  const kept = await cache.get(blobKey(blob));
  return kept === null ? readAnew(tree, blob, cache) : Buffer.from(kept, 'base64');
}

async function readAnew(
  tree: Pick<TreeReader, 'read'>,
  blob: string,
  cache: ContentCache,
): Promise<Uint8Array> {
  const content = await tree.read(blob);
  if (content.length <= limits.fileBytes) {
    await cache.put(blobKey(blob), Buffer.from(content).toString('base64'));
  }
  return content;
}

function blobKey(blob: string): string {
  return `blob:${blob}`;
}

/** SHA-256 over raw bytes, in hexadecimal. */
export function checksumOf(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

function findFault(file: MigrationFile, content: Uint8Array): Problem | null {
  if (content.length > limits.fileBytes) return tooLarge(file.path, content.length);
  if (file.language !== 'sql' && content.length > limits.codeBytes) return tooMuchCode(content.length);
  return findEncodingFault(content) ?? findContentFault(content);
}

function tooMuchCode(size: number): Problem {
  return {
    code: 'file-too-large',
    message: `A migration in JavaScript or TypeScript may have ${inBytes(limits.codeBytes)}, and this one has ${inBytes(size)}. Write long SQL as a .sql migration, and load data outside of migrations.`,
  };
}

function findEncodingFault(content: Uint8Array): Problem | null {
  const code = 'file-not-utf8';
  if (content[0] === 0xef && content[1] === 0xbb && content[2] === 0xbf) {
    const message =
      'The file starts with a byte order mark (EF BB BF), which PostgreSQL takes for a syntax error. Save it as UTF-8 without one.';
    return { code, message, line: 1 };
  }
  const zero = content.indexOf(0);
  if (zero >= 0) {
    const message = `Byte ${String(zero)} of the file is NUL, which PostgreSQL cannot take. Save it as UTF-8 text (UTF-16 looks like this).`;
    return { code, message, line: lineAt(content, zero) };
  }
  const bad = firstBadByte(content);
  if (bad === null) return null;
  const found = (content[bad] ?? 0).toString(16).padStart(2, '0').toUpperCase();
  const message = `The file must be UTF-8, and byte ${String(bad)} (${found}, counted from 0) is not. Save it as UTF-8.`;
  return { code, message, line: lineAt(content, bad) };
}

function firstBadByte(content: Uint8Array): number | null {
  const decodes = (end: number): boolean => {
    try {
      // As a stream, so that a character cut in two at the end is no error.
      new TextDecoder('utf-8', { fatal: true }).decode(content.subarray(0, end), { stream: true });
      return true;
    } catch {
      return false;
    }
  };
  if (isUtf8(content)) return null;
  let good = 0;
  let bad = content.length;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (decodes(middle)) good = middle;
    else bad = middle;
  }
  // The character that goes wrong began up to three bytes before the one that shows it.
  const starts = [good, good - 1, good - 2, good - 3];
  return starts.find((start) => isUtf8(content.subarray(0, start))) ?? good;
}

function lineAt(content: Uint8Array, offset: number): number {
  return content.subarray(0, offset).reduce((line, byte) => (byte === 10 ? line + 1 : line), 1);
}

function findContentFault(content: Uint8Array): Problem | null {
  const text = Buffer.from(content).toString('utf8');
  if (text.startsWith(lfsPointer)) {
    const message =
      'The file is a Git LFS pointer, not the migration itself. Keep migrations out of LFS (.gitattributes) and commit the file anew.';
    return { code: 'file-unusual', message };
  }
  if (text.trim() !== '') return null;
  const message =
    'The file is empty, and a migration was expected. Write it into the file, or remove the file.';
  return { code: 'file-empty', message };
}
