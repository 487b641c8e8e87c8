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

/** What was another than before: the database itself, or something of it. */
type What = 'database' | 'history' | 'schema';

/** By the time that the lock was had, the target, its history or its schema was not the one that steps were planned on. */
export class TargetMoved extends Error {
  override readonly name = 'TargetMoved';
  readonly what: What;
  readonly toRun: ToRun;

  constructor(environment: string, what: What, toRun: ToRun) {
    super(
      `the ${what} of ${environment} was another before its lock was had; it is planned and compared again`,
    );
    this.what = what;
    this.toRun = toRun;
  }
}

/**
 * Has an environment on hold whose target moved at each of several tries: somebody has to know. The next look tries
 * again, and the hold ends once a try comes through.
 */
export async function holdForMoved(key: EnvironmentKey, moved: TargetMoved, tools: Tools): Promise<void> {
  const environment = await findEnvironment(key, tools);
  const standing = await tools.records.hold(key);
  if (environment === null || (standing !== null && standing.reason !== 'target-moved')) return;
  const { migrations, commit, pullRequest } = moved.toRun;
  const request = {
    reason: 'target-moved' as const,
    message: await movedWords(environment, moved, tools),
    waysOut: waysOf(environment, moved),
    migrations,
    commit,
    pullRequest,
  };
  await holdEnvironment(key, request, tools);
}

/** What was another at each of several tries, and what of it is known. */
export async function movedWords(
  environment: Environment,
  { what }: TargetMoved,
  tools: Pick<Tools, 'targets'>,
): Promise<string> {
  const { name } = environment.policy;
  const each = 'and had changed each time that it was tried.';
  switch (what) {
    case 'database':
      return (
        `The database of ${name} was expected to be the one that Tidegate has known, and another one had answered each ` +
        "time that the environment's lock was had. Nothing was run."
      );
    case 'history':
      return (
        `The history of ${name} was expected to stay as the plan had found it until the environment's lock was had, ` +
        `${each} Something else runs migrations there. Nothing was run.`
      );
    case 'schema': {
      const found = await writtenLast(environment, tools);
      const last =
        found.length === 0 ? '' : ` Of its tables, views and sequences ${listOf(found)} changed last.`;
      return (
        `The schema of ${name} was expected to stay as it had been compared with its history until the environment's ` +
        `lock was had, ${each}${last} Nothing was run.`
      );
    }
  }
}

function waysOf(environment: Environment, moved: TargetMoved): readonly string[] {
  const { name } = environment.policy;
  const { migrations, pullRequest } = moved.toRun;
  const where = pullRequest === null ? 'here' : `on #${pullRequest}`;
  return [
    `Find what changes it, and have that pause: it is tried again by itself every few minutes, and at once by \`/retry ${name}\` ${where}.`,
    ...waysByRules(environment, moved),
    `Or merge a pull request that takes ${listOf(migrations)} out of the branch.`,
  ];
}

/** How the rules let a target move. */
export function waysByRules({ policy: { name } }: Environment, { what }: TargetMoved): readonly string[] {
  if (what !== 'schema') return [];
  return [
    `Or have drift stop nothing there, by \`drift: { policy: warn }\` of \`${name}\` in .github/tidegate.yml: what changes in between is told afterwards.`,
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
