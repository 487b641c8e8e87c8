import type { LedgerEntry } from '../domain/history.ts';
import type { CompiledMigration, MigrationSettings } from '../domain/migration.ts';
import { compileMigrations } from '../migrations/compile.ts';
import { openSandbox } from '../migrations/sandbox/sandbox.ts';
import { readFolder } from '../jobs/planning/read-folder.ts';
import type { Targets, TargetState } from '../ports/target.ts';
import type { Stack } from '../service/stack.ts';
import type { AdoptArguments } from './adopt-arguments.ts';
import type { LocalFolder } from './local-folder.ts';
import { memoryCache } from './memory-cache.ts';
import type { Terminal } from './terminal.ts';

/** What the ways of adopting a database work on. */
export interface Adoption {
  readonly asked: AdoptArguments;
  /** The folder's whole path. */
  readonly directory: string;
  readonly settings: MigrationSettings;
  readonly targets: Targets;
  readonly state: TargetState;
  readonly terminal: Terminal;
  /** Closes what is opened. */
  readonly stack: Stack;
  readonly signal: AbortSignal;
}

/** The database and the commit do not fit; what was expected and found, and what to do. */
export class CannotAdopt extends Error {
  override readonly name = 'CannotAdopt';
}

/** How adapters know the database of `--database`. */
export const targetKey = { repositoryId: 0, environment: '--database' };

/** What is to be done when a history is known. */
export const nextStep =
  'Next: name the database in tidegate.yml, the file of your Tidegate server. Pull requests are then planned against it.';

/** Compiles all migrations of a folder, in order. Throws CannotAdopt where one does not compile. */
export async function compileAll(
  { settings, stack, signal }: Pick<Adoption, 'settings' | 'stack' | 'signal'>,
  { tree, read }: Pick<LocalFolder, 'tree' | 'read'>,
): Promise<readonly CompiledMigration[]> {
  const { files, modules, problems: found } = readFolder(tree, settings);
  const sandbox = stack.opened('sandbox', openSandbox(), (open) => open.close());
  const { compiled, problems } = await compileMigrations({
    files,
    wanted: new Set(files.map(({ name }) => name)),
    modules,
    reader: { read },
    settings,
    cache: memoryCache(),
    sandbox,
    signal,
  });
  const [problem] = [...found, ...problems];
  if (problem !== undefined) {
    throw new CannotAdopt(
      `The folder's migrations were expected to compile, and do not: ${problem.message} Nothing was written.`,
    );
  }
  return compiled;
}

/** The ledger's row of a migration that ran before Tidegate, with the file of a commit for what ran. */
export function adoptedEntry(
  { name, checksum, up, down }: CompiledMigration,
  commit: string,
  appliedAt: Date,
): LedgerEntry {
  const origin = { digest: '', commit, pullRequest: null, appliedAt, durationMs: 0 };
  return { name, checksum, up, down, ...origin, adopted: true };
}

/** Names, a few of them. */
export function named(names: readonly string[]): string {
  const left = names.length - 5;
  return `${names.slice(0, 5).join(', ')}${left > 0 ? ` and ${left} more` : ''}`;
}
