import { readFile as read } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { installableMajors } from '../database/embedded/pinned-versions.ts';
import type { RecordedMigration } from '../domain/history.ts';
import { defaultMigrationSettings, type MigrationSettings } from '../domain/migration.ts';
import type { Plan } from '../domain/plan.ts';
import { environmentId } from '../domain/repository.ts';
import type { BaselineChoice } from '../domain/baseline.ts';
import type { FindStart } from '../jobs/planning/baseline-start.ts';
import { only } from '../jobs/planning/named-migrations.ts';
import { makePlan } from '../jobs/planning/make-plan.ts';
import { createPlanMemory } from '../jobs/planning/plan-memory.ts';
import { recordedOf } from '../jobs/recorded.ts';
import { discoverMigrations } from '../migrations/discover.ts';
import { openSandbox } from '../migrations/sandbox/sandbox.ts';
import { SchemaUnavailable, TargetUnavailable, type Targets, type TargetState } from '../ports/target.ts';
import type { Log } from '../ports/log.ts';
import type { Tree } from '../ports/tree.ts';
import type { Stack } from '../service/stack.ts';
import type { ShadowServer } from '../shadow/shadow-server.ts';
import { shadowServers, type ShadowServers, type ShadowSource } from '../shadow/shadow-servers.ts';
import { commandLog } from './command-log.ts';
import { readLocalFolder, type LocalFolder } from './local-folder.ts';
import { memoryCache } from './memory-cache.ts';
import type { Base, PlanArguments } from './plan-arguments.ts';
import { UsageError, type Terminal } from './terminal.ts';

export interface PlanRequest {
  readonly asked: PlanArguments;
  readonly terminal: Terminal;
  /** The server of --shadow, which may still be opening; null where there is none. */
  readonly lasting: Promise<ShadowServer> | null;
  /** Closes what the plan opens. */
  readonly stack: Stack;
  readonly signal: AbortSignal;
}

/** Plans a folder as a pull request would be. Throws UsageError, TargetUnavailable, UnsafeShadow, the signal's reason. */
export async function planFolder({ asked, terminal, lasting, stack, signal }: PlanRequest): Promise<Plan> {
  const directory = resolve(terminal.workingDirectory, asked.migrations);
  const settings = { ...defaultMigrationSettings, directory: basename(directory) };
  const desired = await readLocalFolder(directory, settings.directory);
  if (desired.tree.kind === 'missing') {
    throw new UsageError(
      `A folder of migrations was expected at ${directory}; there is none. Name it with --migrations DIR.`,
    );
  }
  const log = commandLog();
  const base = await baseFolder(asked, directory, desired, settings, log);
  signal.throwIfAborted();
  const baseline = await baselineChoice(asked, terminal);
  const shadows =
    lasting === null ? await temporary(base.versionNumber, terminal, stack) : onceOpen(lasting, log);
  const sandbox = stack.opened('sandbox', openSandbox(), (open) => open.close());
  const clock = (): Date => new Date();
  const findStart = baseline === undefined ? undefined : await startFrom(baseline);
  signal.throwIfAborted();
  const { plan } = await makePlan(
    {
      environment: null,
      baseBranch: null,
      settings,
      desired: desired.tree,
      base: base.folder.tree,
      reader: { read: (blob) => base.folder.read(blob).catch(() => desired.read(blob)) },
      actual: base.actual,
      versionNumber: base.versionNumber,
      roles: base.roles,
      mayAskDatabase: true,
      findStart,
      problems: [],
      notes: [],
    },
    { cache: memoryCache(), sandbox, memory: createPlanMemory(), shadows, copiesFirst: true, clock, log },
    signal,
  );
  signal.throwIfAborted();
  return plan;

  async function startFrom(choice: BaselineChoice): Promise<FindStart | undefined> {
    const { startOf } = await import('../jobs/planning/baseline-start.ts');
    const targets = await targetsOf(asked.base, log, terminal.variables['PATH']);
    const readFile = (path: string): Promise<Uint8Array> => read(resolve(terminal.workingDirectory, path));
    return startOf(choice, { key: targetKey, settings, readFile }, { sandbox, targets, clock });
  }
}

/** Throws UsageError where there is no such file. */
async function baselineChoice(
  { baseline }: PlanArguments,
  terminal: Terminal,
): Promise<BaselineChoice | undefined> {
  if (baseline === null) return undefined;
  if (baseline === 'target') return { kind: 'target' };
  try {
    await read(resolve(terminal.workingDirectory, baseline));
  } catch {
    throw new UsageError(`--baseline ${baseline}: a schema file was expected there, and it cannot be read.`);
  }
  return { kind: 'file', path: baseline, through: null };
}

interface AppliedFolder {
  readonly folder: LocalFolder;
  /** The target's history; null where no target was named. */
  readonly actual: readonly RecordedMigration[] | null;
  readonly roles: readonly string[];
  /** Of the target; null where none was named. */
  readonly versionNumber: number | null;
}

async function baseFolder(
  { base }: PlanArguments,
  directory: string,
  desired: LocalFolder,
  settings: MigrationSettings,
  log: Log,
): Promise<AppliedFolder> {
  const names = migrationNames(desired.tree, settings);
  switch (base.kind) {
    case 'ref': {
      const { readGitFolder } = await import('./git-folder.ts');
      return {
        folder: await readGitFolder(directory, settings.directory, base.ref),
        actual: null,
        roles: [],
        versionNumber: null,
      };
    }
    case 'count':
      if (base.count > names.length) {
        throw new UsageError(
          `--base ${base.count}: the folder holds ${names.length} migrations, and no more can count as applied.`,
        );
      }
      return {
        folder: onlyThese(desired, settings, names.slice(0, base.count)),
        actual: null,
        roles: [],
        versionNumber: null,
      };
    case 'name': {
      const index = names.indexOf(base.name.replace(/\.(sql|[cm]?[jt]s)$/, ''));
      if (index < 0) {
        throw new UsageError(`A migration named ${base.name} was expected in the folder; there is none.`);
      }
      return {
        folder: onlyThese(desired, settings, names.slice(0, index + 1)),
        actual: null,
        roles: [],
        versionNumber: null,
      };
    }
    case 'target': {
      const state = await stateOf(base.url, settings, log);
      const actual = recordedOf(state);
      const applied = new Set(actual.map(({ name }) => name));
      return {
        folder: onlyThese(
          desired,
          settings,
          names.filter((name) => applied.has(name)),
        ),
        actual,
        roles: state.roles,
        versionNumber: state.versionNumber,
      };
    }
  }
}

async function stateOf(url: string, settings: MigrationSettings, log: Log): Promise<TargetState> {
  const targets = await targetsOf({ kind: 'target', url }, log, undefined);
  return targets.read(targetKey, settings).catch(sayAsCommandLine);
}

const targetKey = { repositoryId: 0, environment: '--against' };

/** The database of --against alone; none without it. */
async function targetsOf(base: Base, log: Log, path: string | undefined): Promise<Targets> {
  const { createTargets } = await import('../database/target/targets.ts');
  const wait = (milliseconds: number): Promise<void> => sleep(milliseconds);
  const options = { log, wait, random: Math.random, path };
  if (base.kind !== 'target') return createTargets(new Map(), options);
  const address = { url: () => Promise.resolve(base.url), readUrl: () => Promise.resolve(null) };
  const targets = createTargets(new Map([[environmentId(targetKey), address]]), options);
  return { ...targets, schema: (key, settings) => targets.schema(key, settings).catch(sayAsCommandLine) };
}

function sayAsCommandLine(error: unknown): never {
  if (error instanceof SchemaUnavailable) throw new SchemaUnavailable(inWordsOfCommandLine(error.message));
  if (error instanceof TargetUnavailable) throw new TargetUnavailable(inWordsOfCommandLine(error.message));
  throw error;
}

/** On the command line there is neither an environment nor a server's configuration. */
function inWordsOfCommandLine(message: string): string {
  return message
    .replace('The database of environment --against', 'The database of --against URL')
    .replace('its `url` in the server’s configuration is right', 'the URL is right')
    .replace(
      'name it under `baseline` in .github/tidegate.yml instead of `target`',
      'name it by --baseline FILE',
    )
    .replaceAll('environment --against', 'the database of --against URL');
}

function migrationNames(tree: Tree, settings: MigrationSettings): readonly string[] {
  if (tree.kind !== 'found') return [];
  return discoverMigrations(tree.entries, settings).migrations.map(({ name }) => name);
}

/** The folder with only these migrations in it. */
function onlyThese(folder: LocalFolder, settings: MigrationSettings, names: readonly string[]): LocalFolder {
  const wanted = new Set(names);
  return { ...folder, tree: only(folder.tree, settings, (name) => wanted.has(name)) };
}

async function temporary(
  versionNumber: number | null,
  terminal: Terminal,
  stack: Stack,
): Promise<ShadowServers> {
  const { openTemporaryShadow } = await import('./temporary-shadow.ts');
  return alone(await openTemporaryShadow(versionNumber, terminal, stack), commandLog());
}

/** The folder is read and compiled while the server is still opening. */
function onceOpen(lasting: Promise<ShadowServer>, log: Log): Pick<ShadowServers, 'for'> {
  return { for: async (versionNumber) => alone(await lasting, log).for(versionNumber) };
}

/** Plans here are tried on one server, whatever the target's version. */
function alone(preferred: ShadowServer, log: Log): ShadowServers {
  const others = (): Promise<readonly ShadowSource[]> => Promise.resolve([]);
  return shadowServers({ preferred, others, installable: installableMajors, log });
}
