export type MigrationLanguage = 'sql' | 'javascript' | 'typescript';

export type Direction = 'up' | 'down';

/** A migration's file as found in the tree of a commit, not yet read. */
export interface MigrationFile {
  /** What node-pg-migrate records: the file's name without its extension. */
  readonly name: string;
  /** The path from the repository's root. */
  readonly path: string;
  /** Git's object id of the content: what caches are keyed by. */
  readonly blob: string;
  readonly language: MigrationLanguage;
}

/** A migration's file with its bytes. */
export interface MigrationSource extends MigrationFile {
  readonly content: Uint8Array;
  /** SHA-256 of the raw bytes, in hexadecimal. */
  readonly checksum: string;
}

/** One SQL statement of a migration, as it will be sent to the server. */
export interface Statement {
  readonly sql: string;
  /** Line of the migration's file, from 1, where the statement (or the `pgm` call that made it) stands. */
  readonly line: number | null;
}

/** What a migration runs in one direction. */
export interface Script {
  readonly statements: readonly Statement[];
  /** False after `pgm.noTransaction()`: every statement then commits by itself. */
  readonly transaction: boolean;
}

export interface CompiledMigration {
  readonly name: string;
  readonly path: string;
  readonly checksum: string;
  readonly up: Script;
  /** Null where the migration has no way back: `down = false`, none given and none inferred. */
  readonly down: Script | null;
  /** True where its code asked the database (`pgm.db`), so that the statements depend on data. */
  readonly asksDatabase: boolean;
}

/** The settings of node-pg-migrate that change what is run and where it is recorded. */
export interface MigrationSettings {
  readonly directory: string;
  readonly table: string;
  readonly schema: string;
  readonly decamelize: boolean;
  /** node-pg-migrate's `ignore-pattern`: a regular expression over the whole file name. */
  readonly ignore: string | null;
}

export const defaultMigrationSettings: MigrationSettings = {
  directory: 'migrations',
  table: 'pgmigrations',
  schema: 'public',
  decamelize: false,
  ignore: null,
};
