/** One object of the catalog that a plan adds, removes or changes. */
export interface SchemaChange {
  readonly kind: string;
  /** Qualified name, as PostgreSQL quotes it. */
  readonly name: string;
  readonly change: 'added' | 'removed' | 'changed';
  /** The object as DDL before; null where added. */
  readonly before: string | null;
  /** The object as DDL after; null where removed. */
  readonly after: string | null;
}
