import { fileURLToPath } from 'node:url';
import type { BenchMigration } from '../histories.ts';

/** Another migration tool, as a job in a CI would use it: on a fresh database it runs all migrations. */
export interface Peer {
  /** Its npm package. */
  readonly name: string;
  /** Its project, by path: the migrations and what it must be told. */
  files(migrations: readonly BenchMigration[], database: URL): ReadonlyMap<string, string>;
  /** A file that Node runs, then its arguments. */
  readonly command: readonly string[];
  variables(database: URL): Readonly<Record<string, string>>;
}

export const benchDirectory = fileURLToPath(new URL('..', import.meta.url));

/** The path of a file in a package of the bench's own node_modules. */
export function inPackage(path: string): string {
  return fileURLToPath(new URL(`../node_modules/${path}`, import.meta.url));
}

/** Six digits, so that names sort as numbers do. */
export function padded(number: number): string {
  return String(number).padStart(6, '0');
}
