/** What a shadow starts from where the first migrations of a history do not replay on an empty database any more. */
export type BaselineChoice =
  /** A schema file of the repository's default branch. `through`: the last migration that it stands for. */
  | {
      readonly kind: 'file';
      readonly path: string;
      /** Null: the file says it in its own first lines. */
      readonly through: string | null;
    }
  /** The target's own schema, which stands for all that its history holds. */
  | { readonly kind: 'target' };
