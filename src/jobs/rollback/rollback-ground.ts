import type { CompiledMigration, MigrationFile } from '../../domain/migration.ts';
import type { TargetState } from '../../ports/target.ts';
import type { BaselineRequest } from '../../shadow/baseline-request.ts';
import type { ShadowServer } from '../../shadow/shadow-server.ts';
import type { Environment } from '../environment.ts';
import { baselineFromStart, baselineOf } from '../planning/compile-folder.ts';
import { compiler } from '../planning/compiler.ts';
import { readFolder } from '../planning/read-folder.ts';
import { standingMigrations } from '../planning/standing.ts';
import { startIn } from '../planning/start-in.ts';
import type { Tools } from '../tools.ts';

/** What a rollback is tried on: shadows of all that the target has run, and of the same without some of it. */
export interface RollbackGround {
  readonly server: ShadowServer;
  /** What limits all that is found out there; null where nothing does. */
  readonly caution: string | null;
  /** What the shadows start from, where that is not an empty database. */
  readonly note: string | null;
  /** All that ran, in order. */
  readonly names: readonly string[];
  readonly all: BaselineRequest;
  /** The same without those that are taken back. */
  readonly without: BaselineRequest;
  /** Those that are taken back, newest first, as they ran. */
  readonly removes: readonly CompiledMigration[];
  /** Names of the files that the branch holds. */
  readonly files: readonly string[];
}

/** Finds out what taking `migrations` back is tried on; a sentence where there is nothing to try it on. */
export async function rollbackGround(
  { host, policy, settings }: Environment,
  migrations: readonly string[],
  state: TargetState,
  tools: Tools,
  signal: AbortSignal,
): Promise<RollbackGround | string> {
  const folder = readFolder(await host.list(policy.branch, settings.directory), settings);
  const unknown = unknownOf(folder.files, state);
  if (unknown.length > 0) return notKnown(policy, unknown);
  const compile = compiler({ settings, reader: host }, tools, signal);
  const input = {
    settings,
    base: folder,
    desired: folder,
    actual: tools.memory.recorded(state),
    memory: tools.memory,
  };
  const standing = standingMigrations(input, compile);
  const names = state.history.map(({ name }) => name);
  const removes = await standing.compiled(names.filter((name) => migrations.includes(name)).reverse());
  const files = folder.files.map(({ name }) => name);
  const question = { actual: names, baseline: names, files, adds: [] };
  const begins = await startIn(host, policy, settings, tools)?.(question, signal);
  if (begins?.kind === 'problem') return begins.problem.message;
  const { server, caution } = await tools.shadows.for(state.versionNumber);
  const holding = (held: readonly string[]): BaselineRequest => {
    const baseline =
      begins?.kind === 'start' ? baselineFromStart(standing, held, begins.start) : baselineOf(standing, held);
    return { ...baseline, settings, roles: state.roles };
  };
  return {
    server,
    caution,
    note: begins?.kind === 'start' ? begins.note : null,
    names,
    all: holding(names),
    without: holding(names.filter((name) => !migrations.includes(name))),
    removes: removes.migrations.map((migration) => withKeptDown(migration, state)),
    files,
  };
}

/** What ran past Tidegate, and has no file in the branch: nobody knows what it did. */
function unknownOf(files: readonly MigrationFile[], { history, ledger }: TargetState): readonly string[] {
  const known = new Set([
    ...files.map(({ name }) => name),
    ...ledger.flatMap(({ name, adopted }) => (adopted ? [] : [name])),
  ]);
  return history.map(({ name }) => name).filter((name) => !known.has(name));
}

function notKnown({ name, branch }: Environment['policy'], unknown: readonly string[]): string {
  const rows = unknown.map((migration) => `\`${migration}\``).join(', ');
  return (
    `${name} was expected to have run only what Tidegate ran, or what is in \`${branch}\`, and its history names ${rows}: what that ` +
    `did is not known, so nothing can be tried without it. Commit its file to \`${branch}\` unchanged, then ask again.`
  );
}

/** An adopted migration's down is the one that was compiled when it was adopted. */
function withKeptDown(migration: CompiledMigration, { ledger }: TargetState): CompiledMigration {
  const kept = ledger.find(({ name }) => name === migration.name);
  return kept === undefined ? migration : { ...migration, up: kept.up, down: kept.down };
}
