export interface Signature {
  readonly name?: string;
  readonly email?: string;
}

/** What is read of a commit in a list of GitHub's; `author` and `committer` are null where it knows no account. */
export interface RawCommit {
  readonly sha: string;
  readonly parents: readonly { readonly sha: string }[];
  readonly author: { readonly login?: string } | null;
  readonly committer: { readonly login?: string } | null;
  readonly commit: {
    readonly message: string;
    readonly author: Signature | null;
    readonly committer: Signature | null;
  };
}
