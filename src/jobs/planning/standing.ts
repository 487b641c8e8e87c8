import type { LedgerEntry, RecordedMigration } from '../../domain/history.ts';
import type { CompiledMigration, MigrationFile, MigrationSettings } from '../../domain/migration.ts';
import type { Problem } from '../../domain/problem.ts';
import type { Compile } from './compiler.ts';
import type { PlanMemory } from './plan-memory.ts';
import type { Folder } from './read-folder.ts';

/** What the target holds, or will hold when a plan's steps run. */
export interface Standing {
  /** Differs wherever the migration's statements may differ. */
  mark(name: string): string;
  /** The migrations of these names, in their order; those that nobody knows are left out. */
  compiled(names: readonly string[]): Promise<{
    readonly migrations: readonly CompiledMigration[];
    readonly problems: readonly Problem[];
  }>;
}

export interface StandingInput {
  readonly settings: MigrationSettings;
  /** The branch without the change. */
  readonly base: Folder;
  /** The branch with it: what was run by hand before its merge is only here. */
  readonly desired: Folder;
  readonly actual: readonly RecordedMigration[];
  readonly memory: PlanMemory;
}

/** With the statements that the ledger kept, where Tidegate ran a migration, else as its file says. */
export function standingMigrations(input: StandingInput, compile: Compile): Standing {
  const { base, desired, actual, memory, settings } = input;
  const inBase = memory.filesOf(base);
  const ledger = memory.ledgerOf(actual);
  const fileOf = (name: string): MigrationFile | undefined =>
    inBase.get(name) ?? memory.filesOf(desired).get(name);
  const kept = (name: string): CompiledMigration | null =>
    fromLedger(ledger.get(name) ?? null, fileOf(name), settings);
  return {
    mark(name) {
      const entry = ledger.get(name) ?? null;
      if (entry !== null && !entry.adopted) return `ran ${entry.checksum} ${entry.digest}`;
      const file = fileOf(name);
      if (file === undefined) return 'unknown';
      if (file.language === 'sql') return `sql ${file.blob}`;
      const { modulesMark } = inBase.has(name) ? base : desired;
      return `code ${file.blob} ${modulesMark} ${settings.decamelize}`;
    },
    async compiled(names) {
      const rest = names.filter((name) => kept(name) === null);
      const fromBase = await compile(
        base,
        rest.filter((name) => inBase.has(name)),
      );
      const fromDesired = await compile(
        desired,
        rest.filter((name) => !inBase.has(name)),
      );
      const files = new Map(
        [...fromBase.compiled, ...fromDesired.compiled].map((migration) => [migration.name, migration]),
      );
      return {
        migrations: names.flatMap((name) => kept(name) ?? files.get(name) ?? []),
        problems: [...fromBase.problems, ...fromDesired.problems],
      };
    },
  };
}

function fromLedger(
  entry: LedgerEntry | null,
  file: MigrationFile | undefined,
  { directory }: MigrationSettings,
): CompiledMigration | null {
  // An adopted row kept what the file said, not what ran.
  if (entry === null || entry.adopted) return null;
  const { name, checksum, up, down } = entry;
  return { name, path: file?.path ?? `${directory}/${name}`, checksum, up, down, asksDatabase: false };
}
