import type { Tree, TreeEntry } from '../../ports/tree.ts';

/** What a branch would hold after a merge, or the paths that both sides changed differently. */
export type Overlay =
  | { readonly kind: 'merged'; readonly tree: Tree }
  | { readonly kind: 'conflict'; readonly paths: readonly string[] };

/**
 * The base branch's folder with the head's changes since their merge base laid over it: a three-way merge
 * by whole files. GitHub's test merge is not asked, since it is made late and may be of an older head.
 */
export function overlay(mergeBase: Tree, base: Tree, head: Tree): Overlay {
  if (base.kind === 'truncated' || head.kind === 'truncated' || mergeBase.kind === 'truncated') {
    return { kind: 'merged', tree: { kind: 'truncated' } };
  }
  const before = byPath(mergeBase);
  const ours = byPath(base);
  const theirs = byPath(head);
  const merged = new Map(ours);
  const conflicts: string[] = [];
  for (const path of new Set([...before.keys(), ...theirs.keys()])) {
    const from = before.get(path);
    const to = theirs.get(path);
    if (isSame(from, to)) continue;
    if (!isSame(ours.get(path), from) && !isSame(ours.get(path), to)) conflicts.push(path);
    else if (to === undefined) merged.delete(path);
    else merged.set(path, to);
  }
  if (conflicts.length > 0) return { kind: 'conflict', paths: conflicts.sort() };
  if (merged.size === 0 && head.kind === 'missing') return { kind: 'merged', tree: { kind: 'missing' } };
  return { kind: 'merged', tree: { kind: 'found', entries: [...merged.values()] } };
}

/** Whether two folders hold the same files with the same content. */
export function isSameTree(a: Tree, b: Tree): boolean {
  if (a.kind !== 'found' || b.kind !== 'found') return a.kind === b.kind && a.kind === 'missing';
  const entries = byPath(a);
  return (
    entries.size === b.entries.length && b.entries.every((entry) => isSame(entries.get(entry.path), entry))
  );
}

function byPath(tree: Tree): Map<string, TreeEntry> {
  return new Map(tree.kind === 'found' ? tree.entries.map((entry) => [entry.path, entry]) : []);
}

function isSame(a: TreeEntry | undefined, b: TreeEntry | undefined): boolean {
  return a?.blob === b?.blob && a?.mode === b?.mode;
}
