import { holdOf } from '../../src/database/control/documents.ts';
import type { Hold } from '../../src/domain/hold.ts';
import { textOf, teamOf, type Team } from '../flows/team.ts';
import { withClient } from '../support/postgres.ts';
import { SHOP, startWorld, type World } from '../support/world.ts';

export const environments = ['dev', 'qa', 'prod'] as const;
export type Environment = (typeof environments)[number];

export const branchOf: Readonly<Record<Environment, string>> = { dev: 'dev', qa: 'qa', prod: 'main' };

const repositoryFile = `version: 1
environments:
  dev: { branch: dev, protected: false, rollback: { approvals: 0 } }
  qa: { branch: qa, protected: false, rollback: { approvals: 0 } }
  prod:
    branch: main
    approvals: { required: 1, from: ['@acme/dba'] }
    rollback: { approvals: 1, from: ['@acme/dba'] }
`;

/** Three environments in one world, and what whoever walks through it has to remember. */
export interface Stage {
  readonly world: World;
  readonly team: Team;
  /** An issue for commands that belong to no pull request. */
  readonly desk: number;
  /** The table that each migration makes, by its name: the same name always has the same text. */
  readonly tables: Map<string, string>;
  /** What was merged, newest last. */
  readonly merged: { readonly number: number; readonly nodeId: string; readonly into: Environment }[];
  /** The number that a migration had last, and the branch of somebody's work. */
  last: number;
  work: number;
}

export async function openStage(): Promise<Stage> {
  const world = await startWorld({
    repositoryFile,
    environments,
    branches: ['dev', 'qa'],
    migrations: { '0001_step.sql': textOf('step_0001') },
    applied: true,
  });
  await world.settled();
  const { data } = await world.as('ada').rest.issues.create({ ...SHOP, title: 'Operations' });
  await world.settled();
  const tables = new Map([['0001_step', 'step_0001']]);
  return { world, team: teamOf(world), desk: data.number, tables, merged: [], last: 1, work: 0 };
}

/** What GitHub, the target and Tidegate show of one environment. */
export interface Sight {
  /** Names of the branch's migrations, in order. */
  readonly branch: readonly string[];
  /** Names in the history, in its order. */
  readonly history: readonly string[];
  /** Tables of the target, in order. */
  readonly found: readonly string[];
  readonly hold: Hold | null;
}

export async function look({ world }: Stage, environment: Environment): Promise<Sight> {
  const { data } = await world
    .as('ada')
    .rest.git.getTree({ ...SHOP, tree_sha: branchOf[environment], recursive: 'true' });
  const paths = data.tree.flatMap(({ path = '', type }) => (type === 'blob' ? [path] : []));
  const found = await world.query<{ name: string }>(
    environment,
    `SELECT relname AS name FROM pg_class
      WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname LIKE 'step%' ORDER BY 1`,
  );
  return {
    branch: paths.flatMap((path) => /^migrations\/(.+)\.sql$/.exec(path)?.[1] ?? []).sort(),
    history: await world.history(environment),
    found: found.map(({ name }) => name),
    hold: await holdOn(world, environment),
  };
}

async function holdOn({ control, repository }: World, environment: Environment): Promise<Hold | null> {
  const { rows } = await withClient(control.url, (client) =>
    client.query<{ document: unknown }>(
      'SELECT document FROM tidegate.hold WHERE repository_id = $1 AND environment = $2',
      [repository.id, environment],
    ),
  );
  return rows[0] === undefined ? null : holdOf(rows[0].document);
}

/** The tables of migrations, in order. */
export function tablesOf({ tables }: Stage, names: readonly string[]): readonly string[] {
  return names.map((name) => tables.get(name) ?? `the table of ${name}, which is not known`).sort();
}

export function pathOf(name: string): string {
  return `migrations/${name}.sql`;
}

/** The text of a migration that somebody made here. */
export function textIn({ tables }: Stage, name: string): string {
  return textOf(tables.get(name) ?? name);
}

/** Whether GitHub took it; a refusal of GitHub's is an answer. */
export async function isTaken(request: Promise<unknown>): Promise<boolean> {
  try {
    await request;
    return true;
  } catch (error) {
    const status = error instanceof Error && 'status' in error ? error.status : null;
    if (typeof status === 'number' && status >= 400 && status < 500) return false;
    throw error;
  }
}
