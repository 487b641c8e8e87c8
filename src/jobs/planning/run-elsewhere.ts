import type { RecordedMigration } from '../../domain/history.ts';
import type { MigrationFile, MigrationSettings } from '../../domain/migration.ts';
import { nearest } from '../../domain/nearest.ts';
import type { Problem } from '../../domain/problem.ts';
import { onlyForOf, type OnlyFor } from '../../migrations/only-environments.ts';
import { discoverMigrations } from '../../migrations/discover.ts';
import type { ContentCache } from '../../ports/cache.ts';
import type { Tree, TreeReader } from '../../ports/tree.ts';
import type { PlanInput, PlanningTools } from './plan-input.ts';
import type { OpenFile, PlanMemory } from './plan-memory.ts';
import type { Folder } from './read-folder.ts';

interface Sides {
  readonly base: Folder;
  readonly desired: Folder;
  readonly actual: readonly RecordedMigration[];
}

/** The folders without what is only for other environments, with what has to be said of that. */
interface Lessened extends Pick<Sides, 'base' | 'desired'> {
  readonly problems: readonly Problem[];
  readonly notes: readonly string[];
}

/**
 * Leaves out of both folders the migrations that say that they are only for other environments. What has run here all
 * the same stays, and so does everything where no environment is planned for.
 */
export async function leaveOutElsewhere(
  { environment, environments, reader }: PlanInput,
  { base, desired, actual }: Sides,
  { cache, memory }: Pick<PlanningTools, 'cache' | 'memory'>,
): Promise<Lessened> {
  if (environment === null) return { base, desired, problems: [], notes: [] };
  const inBase = memory.openIn(base, actual);
  const openBase = inBase.map(({ file }) => file);
  const openDesired = openAfter(inBase, { base, desired, actual }, memory);
  const files = new Map([...openBase, ...openDesired].map((file) => [file.blob, file]));
  const only = await onlyForOf(reader, [...files.values()], cache);
  const isElsewhere = ({ blob }: MigrationFile): boolean => isOnlyElsewhere(only.get(blob), environment);
  const known = new Set(openBase.map(({ blob, name }) => `${name} ${blob}`));
  const brought = openDesired.filter(({ blob, name }) => !known.has(`${name} ${blob}`));
  return {
    base: memory.without(base, namesOf(openBase.filter(isElsewhere))),
    desired: memory.without(desired, namesOf(openDesired.filter(isElsewhere))),
    problems: brought.flatMap((file) => problemsOf(file, only.get(file.blob), environments)),
    notes: brought.filter(isElsewhere).map(({ name, blob }) => elsewhereNote(name, only.get(blob))),
  };
}

/** What has not run of the desired files; as far as they are the base's own, that is known. */
function openAfter(
  inBase: readonly OpenFile[],
  { base, desired, actual }: Sides,
  memory: Pick<PlanMemory, 'ledgerOf'>,
): readonly MigrationFile[] {
  const differs = desired.files.findIndex((file, at) => file !== base.files[at]);
  const shared = differs === -1 ? desired.files.length : differs;
  const ran = memory.ledgerOf(actual);
  return [
    ...inBase.flatMap(({ at, file }) => (at < shared ? [file] : [])),
    ...desired.files.slice(shared).filter(({ name }) => !ran.has(name)),
  ];
}

/** Names of the migrations in a folder that are to run on an environment and have not, in the order of running. */
export async function namesToRun(
  reader: Pick<TreeReader, 'read'>,
  folder: Tree,
  {
    environment,
    settings,
    applied,
  }: {
    readonly environment: string;
    readonly settings: MigrationSettings;
    readonly applied: ReadonlySet<string>;
  },
  { cache }: { readonly cache: ContentCache },
): Promise<readonly string[]> {
  if (folder.kind !== 'found') return [];
  const { migrations } = discoverMigrations(folder.entries, settings);
  const open = migrations.filter(({ name }) => !applied.has(name));
  const only = await onlyForOf(reader, open, cache);
  return open.filter(({ blob }) => !isOnlyElsewhere(only.get(blob), environment)).map(({ name }) => name);
}

/** What is said wrongly is left in: the problem that it is keeps it from being run. */
function isOnlyElsewhere(only: OnlyFor | undefined, environment: string): boolean {
  return only?.kind === 'only' && !only.environments.includes(environment);
}

function namesOf(files: readonly MigrationFile[]): ReadonlySet<string> {
  return new Set(files.map(({ name }) => name));
}

function problemsOf(
  { name, path }: MigrationFile,
  only: OnlyFor | undefined,
  environments: readonly string[] | undefined,
): readonly Problem[] {
  const about = { code: 'only-environments' as const, migration: name, path };
  if (only?.kind === 'mistake') {
    const message = `In ${name} \`tidegate:only\` does not hold, since ${only.why}. Write \`-- tidegate:only dev\` above its first statement, in JavaScript behind \`//\`.`;
    return [{ ...about, message, line: only.line }];
  }
  if (only?.kind !== 'only' || environments === undefined) return [];
  return only.environments
    .filter((one) => !environments.includes(one))
    .map((one) => {
      const meant = nearest(one, environments, 3);
      const hint =
        meant === null ? `Environments are: ${environments.join(', ')}.` : `Did you mean ${meant}?`;
      return {
        ...about,
        message: `${name} says that it is only for ${one}, and there is no such environment. ${hint}`,
      };
    });
}

function elsewhereNote(name: string, only: OnlyFor | undefined): string {
  const where = only?.kind === 'only' ? only.environments.map((one) => `\`${one}\``).join(', ') : '';
  return `\`${name}\` is only for ${where}: it is not run here.`;
}
