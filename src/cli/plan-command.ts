import { randomUUID } from 'node:crypto';
import { readFile as read, rm } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { installedNative } from '../database/embedded/installed-versions.ts';
import { installableMajors } from '../database/embedded/pinned-versions.ts';
import { createTargets } from '../database/target/targets.ts';
import type { RecordedMigration } from '../domain/history.ts';
import { defaultMigrationSettings, type MigrationSettings } from '../domain/migration.ts';
import type { Plan } from '../domain/plan.ts';
import { environmentId } from '../domain/repository.ts';
import { isAtLeast, type Severity } from '../domain/severity.ts';
import type { BaselineChoice } from '../domain/baseline.ts';
import { startOf } from '../jobs/baseline-start.ts';
import { makePlan } from '../jobs/make-plan.ts';
import { createPlanMemory } from '../jobs/plan-memory.ts';
import { recordedOf } from '../jobs/recorded.ts';
import { discoverMigrations } from '../migrations/discover.ts';
import { openSandbox } from '../migrations/sandbox/sandbox.ts';
import type { ContentCache } from '../ports/cache.ts';
import { SchemaUnavailable, TargetUnavailable, type Targets, type TargetState } from '../ports/target.ts';
import type { Log } from '../ports/log.ts';
import type { Tree } from '../ports/tree.ts';
import { createReports } from '../report/reports.ts';
import { createLog } from '../service/log.ts';
import { openEmbeddedShadow } from '../service/servers.ts';
import { Stack } from '../service/stack.ts';
import { templatesDirectory } from '../service/templates-directory.ts';
import { requireSafeServer } from '../shadow/recipe/require-safe.ts';
import { openShadowServer, type ShadowServer } from '../shadow/shadow-server.ts';
import { majorOf, shadowServers, type ShadowServers, type ShadowSource } from '../shadow/shadow-servers.ts';
import { readGitFolder } from './git-folder.ts';
import { readLocalFolder, type LocalFolder } from './local-folder.ts';
import { planArguments, planUsage, type Base, type PlanArguments } from './plan-arguments.ts';
import { postgresFolder } from './postgres-folder.ts';
import { UsageError, type Terminal } from './terminal.ts';
import { temporaryFolder } from '../database/embedded/temporary-folder.ts';

/** `tidegate plan`: the same plan as on a pull request, for a laptop or any CI. Returns the exit status. */
export async function planCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  if (args.includes('--help')) {
    terminal.print(planUsage);
    return 0;
  }
  const asked = planArguments(args);
  const stack = new Stack();
  const stopped = new AbortController();
  void terminal.ended.then(() => stopped.abort());
  try {
    const plan = await planFolder(asked, terminal, stack, stopped.signal);
    terminal.print(rendered(plan, asked, terminal));
    return exitStatus(plan, asked.failOn);
  } catch (error) {
    if (stopped.signal.aborted) {
      terminal.complain('Stopped before the plan was complete.\n');
      return 1;
    }
    if (!(error instanceof TargetUnavailable)) throw error;
    terminal.complain(`${error.message}\n`);
    return 1;
  } finally {
    await stack.close((name, error) => terminal.complain(`${name} could not be closed: ${String(error)}\n`));
  }
}

/** What the plan and the level come to: 1 where something fails, 3 where only hazards do. */
export function exitStatus(plan: Plan, failOn: Severity | 'none'): number {
  if (plan.problems.length > 0) return 1;
  const isOver =
    failOn !== 'none' &&
    plan.hazards.some((hazard) => hazard.waiver === undefined && isAtLeast(hazard.severity, failOn));
  return isOver ? 3 : 0;
}

async function planFolder(
  asked: PlanArguments,
  terminal: Terminal,
  stack: Stack,
  signal: AbortSignal,
): Promise<Plan> {
  const directory = resolve(terminal.workingDirectory, asked.migrations);
  const settings = { ...defaultMigrationSettings, directory: basename(directory) };
  const desired = await readLocalFolder(directory, settings.directory);
  if (desired.tree.kind === 'missing') {
    throw new UsageError(
      `A folder of migrations was expected at ${directory}; there is none. Name it with --migrations DIR.`,
    );
  }
  const log = createLog('warn', []);
  const base = await baseFolder(asked, directory, desired, settings, log);
  signal.throwIfAborted();
  const baseline = await baselineChoice(asked, terminal);
  const shadows =
    asked.shadow === null
      ? await temporaryShadow(base.versionNumber, terminal, stack)
      : await lastingShadow(asked.shadow, stack);
  const sandbox = stack.opened('sandbox', openSandbox(), (open) => open.close());
  const targets = targetsOf(asked.base, log, terminal.variables['PATH']);
  const clock = (): Date => new Date();
  const readFile = (path: string): Promise<Uint8Array> => read(resolve(terminal.workingDirectory, path));
  const findStart = startOf(baseline, { key: targetKey, settings, readFile }, { sandbox, targets, clock });
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
    { cache: memoryCache(), sandbox, memory: createPlanMemory(), shadows, clock, log },
    signal,
  );
  signal.throwIfAborted();
  return plan;
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
  log: ReturnType<typeof createLog>,
): Promise<AppliedFolder> {
  const names = migrationNames(desired.tree, settings);
  switch (base.kind) {
    case 'ref':
      return {
        folder: await readGitFolder(directory, settings.directory, base.ref),
        actual: null,
        roles: [],
        versionNumber: null,
      };
    case 'count':
      if (base.count > names.length) {
        throw new UsageError(
          `--base ${base.count}: the folder holds ${names.length} migrations, and no more can count as applied.`,
        );
      }
      return {
        folder: only(desired, settings, names.slice(0, base.count)),
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
        folder: only(desired, settings, names.slice(0, index + 1)),
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
        folder: only(
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

async function stateOf(
  url: string,
  settings: MigrationSettings,
  log: ReturnType<typeof createLog>,
): Promise<TargetState> {
  return targetsOf({ kind: 'target', url }, log, undefined).read(targetKey, settings).catch(sayAsCommandLine);
}

const targetKey = { repositoryId: 0, environment: '--against' };

/** The database of --against alone; none without it. */
function targetsOf(base: Base, log: ReturnType<typeof createLog>, path: string | undefined): Targets {
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
function only(folder: LocalFolder, settings: MigrationSettings, names: readonly string[]): LocalFolder {
  if (folder.tree.kind !== 'found') return folder;
  const wanted = new Set(names);
  const { migrations } = discoverMigrations(folder.tree.entries, settings);
  const dropped = new Set(migrations.filter(({ name }) => !wanted.has(name)).map(({ path }) => path));
  const entries = folder.tree.entries.filter(({ path }) => !dropped.has(path));
  return { ...folder, tree: { kind: 'found', entries } };
}

/** A throw-away server of the target's version where that is installed, else the one that comes with Tidegate. */
async function temporaryShadow(
  versionNumber: number | null,
  terminal: Terminal,
  stack: Stack,
): Promise<ShadowServers> {
  // Only for errors: that a throw-away server ends an idle connection when it is stopped is no news to anybody.
  const log = createLog('error', []);
  const directory = await temporaryFolder('tidegate-plan-');
  stack.opened('temporary folder', directory, (path) => rm(path, { recursive: true, force: true }));
  const native =
    versionNumber === null ? null : await installedNative(postgresFolder(terminal), majorOf(versionNumber));
  const clock = (): Date => new Date();
  const common = { directory, clock, log, stack, spareClones };
  const preferred = await openEmbeddedShadow(native === null ? common : { ...common, native });
  return alone(preferred, log);
}

/** One plan needs one copy: none is made ready for others. */
const spareClones = 0;

async function lastingShadow(adminUrl: string, stack: Stack): Promise<ShadowServers> {
  const log = createLog('warn', []);
  await requireSafeServer(adminUrl, false);
  const now = (): Date => new Date();
  const shadow = await openShadowServer({ adminUrl, log, newId: randomUUID, now, spareClones });
  return alone(
    stack.opened('shadow', shadow, (open) => open.close()),
    log,
  );
}

/** Plans here are tried on one server, whatever the target's version. */
function alone(preferred: ShadowServer, log: Log): ShadowServers {
  const others = (): Promise<readonly ShadowSource[]> => Promise.resolve([]);
  return shadowServers({ preferred, others, installable: installableMajors, log });
}

function memoryCache(): ContentCache {
  const entries = new Map<string, string>();
  return {
    get: (key) => Promise.resolve(entries.get(key) ?? null),
    getMany: (keys) =>
      Promise.resolve(
        new Map(
          keys.flatMap((key) => [...(entries.has(key) ? [[key, entries.get(key) ?? ''] as const] : [])]),
        ),
      ),
    put: (key, value) => {
      entries.set(key, value);
      return Promise.resolve();
    },
  };
}

function rendered(plan: Plan, asked: PlanArguments, terminal: Terminal): string {
  if (asked.format === 'json') return `${JSON.stringify(plan, null, 2)}\n`;
  const reports = createReports({ templatesDirectory });
  return asked.format === 'markdown'
    ? reports.planMarkdown(plan)
    : reports.planText(plan, { colour: terminal.colour });
}
