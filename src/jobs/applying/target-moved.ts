import type { EnvironmentKey } from '../../domain/repository.ts';
import { TargetUnavailable } from '../../ports/target.ts';
import { findEnvironment, type Environment } from '../environment.ts';
import type { Tools } from '../tools.ts';
import { holdEnvironment } from './holds.ts';

/** What was to run when a target had become another than it was planned on. */
interface ToRun {
  readonly migrations: readonly string[];
  readonly commit: string;
  readonly pullRequest: number | null;
}

/** By the time that the lock was had, the target's history or schema was not the one that steps were planned on. */
export class TargetMoved extends Error {
  override readonly name = 'TargetMoved';
  readonly what: 'history' | 'schema';
  readonly toRun: ToRun;

  constructor(environment: string, what: 'history' | 'schema', toRun: ToRun) {
    super(`the ${what} of ${environment} moved before its lock was had; it is planned and compared again`);
    this.what = what;
    this.toRun = toRun;
  }
}

/**
 * Has an environment on hold whose target moved at each of several tries: somebody has to know. The next look tries
 * again, and the hold ends once a try comes through.
 */
export async function holdForMoved(
  key: EnvironmentKey,
  { what, toRun }: TargetMoved,
  tools: Tools,
): Promise<void> {
  const environment = await findEnvironment(key, tools);
  const standing = await tools.records.hold(key);
  if (environment === null || (standing !== null && standing.reason !== 'target-moved')) return;
  const found = what === 'schema' ? await writtenLast(environment, tools) : [];
  const { name } = environment.policy;
  const { migrations, commit, pullRequest } = toRun;
  const request = {
    reason: 'target-moved' as const,
    message: messageOf(name, what, found),
    waysOut: waysOf(name, what, toRun),
    migrations,
    commit,
    pullRequest,
  };
  await holdEnvironment(key, request, tools);
}

function messageOf(name: string, what: TargetMoved['what'], found: readonly string[]): string {
  const each = 'and had changed each time that it was tried.';
  if (what === 'history') {
    return (
      `The history of ${name} was expected to stay as the plan had found it until the environment's lock was had, ` +
      `${each} Something else runs migrations there. Nothing was run.`
    );
  }
  const last = found.length === 0 ? '' : ` Of its tables, views and sequences ${listOf(found)} changed last.`;
  return (
    `The schema of ${name} was expected to stay as it had been compared with its history until the environment's ` +
    `lock was had, ${each}${last} Nothing was run.`
  );
}

function waysOf(
  name: string,
  what: TargetMoved['what'],
  { migrations, pullRequest }: ToRun,
): readonly string[] {
  const where = pullRequest === null ? 'here' : `on #${pullRequest}`;
  return [
    `Find what changes it, and have that pause: it is tried again by itself every few minutes, and at once by \`/retry ${name}\` ${where}.`,
    ...(what === 'schema'
      ? [
          `Or have drift stop nothing there, by \`drift: { policy: warn }\` of \`${name}\` in .github/tidegate.yml: what changes in between is told afterwards.`,
        ]
      : []),
    `Or merge a pull request that takes ${listOf(migrations)} out of the branch.`,
  ];
}

const shown = 3;

/** What is gone by now has left no row; of the rest, what the youngest transaction wrote of them in the catalog. */
const writtenLastSql = `SELECT c.oid::regclass::text AS name
   FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'tidegate')
    AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND c.relpersistence <> 't'
  ORDER BY least(age(c.xmin), (SELECT min(age(a.xmin)) FROM pg_attribute a WHERE a.attrelid = c.oid))
  FETCH FIRST ROW WITH TIES`;

async function writtenLast(
  { key, settings }: Environment,
  { targets }: Pick<Tools, 'targets'>,
): Promise<readonly string[]> {
  try {
    const rows = await targets.look(key, settings, (view) =>
      view.attempt<{ name: string }>(writtenLastSql, []),
    );
    return (rows ?? []).slice(0, shown).map(({ name }) => name);
  } catch (error) {
    if (error instanceof TargetUnavailable) return [];
    throw error;
  }
}

function listOf(names: readonly string[]): string {
  return names.map((name) => `\`${name.replaceAll('`', "'")}\``).join(', ');
}
