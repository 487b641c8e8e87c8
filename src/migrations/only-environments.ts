import type { MigrationFile } from '../domain/migration.ts';
import type { ContentCache } from '../ports/cache.ts';
import type { TreeReader } from '../ports/tree.ts';
import { readSources } from './read.ts';

/** Where a migration says that it is to run. */
export type OnlyFor =
  | { readonly kind: 'everywhere' }
  | { readonly kind: 'only'; readonly environments: readonly string[] }
  /** Meant as such, but it does not hold; `why` ends a sentence. */
  | { readonly kind: 'mistake'; readonly line: number; readonly why: string };

const everywhere: OnlyFor = { kind: 'everywhere' };
const comment = /^\s*(?:--|\/\/|\/?\*+)\s*tidegate:only\b(.*?)(?:\*\/)?\s*$/;
const inHead = /^\s*(?:$|--|\/\/|\/?\*)/;
const environmentName = /^[a-z][a-z0-9-]{0,39}$/;

/**
 * What `-- tidegate:only dev` says in the head of a migration's source, before its first statement; in JavaScript
 * behind `//`. Further down it would be read by people alone, and so it is a mistake there.
 */
export function readOnlyFor(source: string): OnlyFor {
  const names: string[] = [];
  let isHead = true;
  for (const [index, text] of source.split(/\r?\n/).entries()) {
    if (!inHead.test(text)) isHead = false;
    const [, words] = comment.exec(text) ?? [];
    if (words === undefined) continue;
    const line = index + 1;
    if (!isHead) return mistake(line, 'it stands below the first statement, and belongs above it');
    const named = words.split(/[\s,]+/).filter((word) => word !== '');
    if (named.length === 0) return mistake(line, 'it names no environment');
    const wrong = named.find((name) => !environmentName.test(name));
    if (wrong !== undefined) return mistake(line, `"${wrong.slice(0, 40)}" is no name of an environment`);
    names.push(...named);
  }
  return names.length === 0 ? everywhere : { kind: 'only', environments: [...new Set(names)] };
}

function mistake(line: number, why: string): OnlyFor {
  return { kind: 'mistake', line, why };
}

/** The same of files, by their blobs; of one that cannot be read nothing is known, and it has a problem of its own. */
export async function onlyForOf(
  tree: Pick<TreeReader, 'read'>,
  files: readonly MigrationFile[],
  cache: ContentCache,
): Promise<ReadonlyMap<string, OnlyFor>> {
  const kept = await cache.getMany(files.map(({ blob }) => keyOf(blob)));
  const found = new Map<string, OnlyFor>();
  const unknown = files.filter(({ blob }) => {
    const known = fromText(kept.get(keyOf(blob)));
    if (known !== null) found.set(blob, known);
    return known === null;
  });
  const { sources } = await readSources(tree, unknown, cache);
  for (const { blob, content } of sources) {
    const only = readOnlyFor(new TextDecoder().decode(content));
    found.set(blob, only);
    await cache.put(keyOf(blob), toText(only));
  }
  return found;
}

function toText(only: OnlyFor): string {
  switch (only.kind) {
    case 'everywhere':
      return 'everywhere';
    case 'only':
      return `only ${only.environments.join(' ')}`;
    case 'mistake':
      return `mistake ${only.line} ${only.why}`;
  }
}

function fromText(text: string | undefined): OnlyFor | null {
  if (text === undefined) return null;
  if (text === 'everywhere') return everywhere;
  const [kind, first = '', ...more] = text.split(' ');
  if (kind === 'only') return { kind, environments: [first, ...more] };
  return kind === 'mistake' ? { kind, line: Number(first), why: more.join(' ') } : null;
}

function keyOf(blob: string): string {
  return `only:v1:${blob}`;
}
