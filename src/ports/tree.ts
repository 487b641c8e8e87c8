/** An entry of a commit's tree, as Git has it. */
export interface TreeEntry {
  /** From the repository's root. */
  readonly path: string;
  /** Git's octal mode: 100644 and 100755 files, 120000 a symlink, 160000 a submodule, 040000 a folder. */
  readonly mode: string;
  /** Git's object id of the content. */
  readonly blob: string;
  /** In bytes; null for what is no file. */
  readonly size: number | null;
}

/** Everything below a folder of a commit, or that it is not there. */
export type Tree =
  | { readonly kind: 'found'; readonly entries: readonly TreeEntry[] }
  | { readonly kind: 'missing' }
  /** The source could not list it whole; a part is never given. */
  | { readonly kind: 'truncated' };

/** Reads migrations from where they are kept: GitHub, a local clone, or a folder. */
export interface TreeReader {
  /** All entries below `directory` (recursively) in the tree of `commit`. */
  list(commit: string, directory: string): Promise<Tree>;
  /** The raw bytes of a blob. */
  read(blob: string): Promise<Uint8Array>;
}
