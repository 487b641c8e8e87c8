import type { RecordedMigration } from '../domain/history.ts';
import type { MigrationFile } from '../domain/migration.ts';

export interface HistoryInput {
  /** Migrations in the tree that is wanted: a merge's result, or a commit of the branch. */
  readonly desired: readonly MigrationFile[];
  /** Migrations in the tree before the change. */
  readonly base: readonly MigrationFile[];
  /** SHA-256 of each readable file of `desired`, by migration name. */
  readonly checksums: ReadonlyMap<string, string>;
  /** What the target recorded, in the order of its history. */
  readonly actual: readonly RecordedMigration[];
  /** node-pg-migrate's order. */
  readonly compare: (a: string, b: string) => number;
  /** The base branch's name, for the lines that people copy. */
  readonly baseBranch?: string;
}

/** Who stands where: the plain set arithmetic that everything else starts from. */
export interface Sides {
  readonly applied: ReadonlySet<string>;
  readonly adds: readonly MigrationFile[];
  /** Newest first. */
  readonly removes: readonly string[];
  readonly goesFirst: readonly MigrationFile[];
  /** Applied and in the base's tree, in order. */
  readonly appliedFiles: readonly string[];
}
