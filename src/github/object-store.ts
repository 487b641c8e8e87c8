import type { Contributors } from '../ports/code-host.ts';
import type { Tree } from '../ports/tree.ts';

/** One level of a tree, by Git's object ids. */
export interface TreeLevel {
  readonly truncated: boolean;
  readonly entries: readonly {
    readonly path: string;
    readonly mode: string;
    readonly type: string;
    readonly sha: string;
  }[];
}

/**
 * What Git's object ids stand for, which never changes: asked of GitHub once. The same tree is the same object
 * each time, so that what was found out about it is found again.
 */
export interface ObjectStore {
  level(key: string, ask: () => Promise<TreeLevel | null>): Promise<TreeLevel | null>;
  folder(key: string, ask: () => Promise<Tree>): Promise<Tree>;
  blob(key: string, ask: () => Promise<Uint8Array>): Promise<Uint8Array>;
  mergeBase(key: string, ask: () => Promise<string | null>): Promise<string | null>;
  /** By pull request, head and base. */
  contributors(key: string, ask: () => Promise<Contributors>): Promise<Contributors>;
  cleanMerge(key: string, ask: () => Promise<boolean>): Promise<boolean>;
}

/** How many of each are kept; a folder of 10,000 files takes 2 MB. */
const kept = {
  levels: 500,
  folders: 40,
  blobs: 100,
  mergeBases: 2_000,
  contributors: 500,
  cleanMerges: 2_000,
} as const;
/** A larger file is no configuration of ours. */
const largestBlob = 64 * 1024;

export function createObjectStore(): ObjectStore {
  return {
    level: lasting(kept.levels, (level: TreeLevel | null) => level !== null),
    folder: lasting(kept.folders, ({ kind }: Tree) => kind === 'found'),
    blob: lasting(kept.blobs, ({ length }: Uint8Array) => length <= largestBlob),
    mergeBase: lasting(kept.mergeBases, (commit: string | null) => commit !== null),
    contributors: lasting(kept.contributors, ({ heads }: Contributors) => heads.length > 0),
    // What could not be looked at is no clean merge today.
    cleanMerge: lasting(kept.cleanMerges, (isClean: boolean) => isClean),
  };
}

type Lasting<T> = (key: string, ask: () => Promise<T>) => Promise<T>;

/**
 * Keeps the last `most` answers that are worth it; what is missing today can be there tomorrow. Who asks while
 * another waits for the same answer gets that one.
 */
function lasting<T>(most: number, isWorthIt: (value: T) => boolean): Lasting<T> {
  const known = new Map<string, T>();
  const asked = new Map<string, Promise<T>>();
  const keep = (key: string, found: T): void => {
    known.delete(key);
    if (isWorthIt(found)) known.set(key, found);
    for (const oldest of [...known.keys()].slice(0, Math.max(0, known.size - most))) known.delete(oldest);
  };
  return async (key, ask) => {
    const waiting = asked.get(key);
    if (waiting !== undefined) return waiting;
    const found = known.get(key);
    if (found !== undefined) {
      keep(key, found);
      return found;
    }
    const asking = ask().finally(() => asked.delete(key));
    asked.set(key, asking);
    const answer = await asking;
    keep(key, answer);
    return answer;
  };
}
