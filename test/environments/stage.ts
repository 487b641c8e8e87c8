import pg from 'pg';
import { holdOf } from '../../src/database/control/documents.ts';
import type { Hold } from '../../src/domain/hold.ts';
import { textOf, teamOf, type Team } from '../flows/team.ts';
import { SHOP, startWorld, type World } from '../support/world.ts';

export const environments = ['dev', 'qa', 'prod'] as const;
export type Environment = (typeof environments)[number];

export const branchOf: Readonly<Record<Environment, string>> = { dev: 'dev', qa: 'qa', prod: 'main' };

const repositoryFile = `version: 1
drift: { policy: hold }
environments:
  dev: { branch: dev, protected: false, rollback: { approvals: 0 } }
  qa: { branch: qa, protected: false, promotes_from: dev, rollback: { approvals: 0 } }
  prod:
    branch: main
    promotes_from: qa
    hotfix: { label: hotfix, approvals: 1 }
    approvals: { required: 1, from: ['@acme/dba'] }
    rollback: { approvals: 1, from: ['@acme/dba'] }
`;

/** What one name of a migration stands for: the same name always has the same text. */
export interface Made {
  readonly text: string;
  /** Columns and other objects that it makes and takes away, as `Sight.found` names them. */
  readonly makes: readonly string[];
  readonly takes: readonly string[];
}

/** Three environments in one world, and what whoever walks through it has to remember. */
export interface Stage {
  readonly world: World;
  readonly team: Team;
  /** Sessions that last: one for each target, and one for the control database. */
  readonly sessions: Readonly<Record<Environment | 'control', pg.Client>>;
  /** An issue for commands that belong to no pull request. */
  readonly desk: number;
  /** Migrations by name. */
  readonly made: Map<string, Made>;
  /** What was made or taken away past the migrations at some time, as `Sight.found` names it. */
  readonly byHand: Set<string>;
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
  const made = new Map([['0001_step', stepOf(1)]]);
  const told = { desk: data.number, made, byHand: new Set<string>(), merged: [], last: 1, work: 0 };
  return { world, team: teamOf(world), sessions: await openSessions(world), ...told };
}

async function openSessions({ control, targets }: World): Promise<Stage['sessions']> {
  const open = async (url: string | undefined): Promise<pg.Client> => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    return client;
  };
  return {
    control: await open(control.url),
    dev: await open(targets.get('dev')?.url),
    qa: await open(targets.get('qa')?.url),
    prod: await open(targets.get('prod')?.url),
  };
}

export async function closeStage({ world, sessions }: Stage): Promise<void> {
  for (const session of Object.values(sessions)) await session.end();
  await world.close();
}

/** What GitHub, the target and Tidegate show of one environment. */
export interface Sight {
  /** Names of the branch's migrations, in order. */
  readonly branch: readonly string[];
  /** Names in the history, in its order. */
  readonly history: readonly string[];
  /** What the target holds: `step_0001.id` for a column, `step_0001_pkey` for what is no table; in order. */
  readonly found: readonly string[];
  readonly hold: Hold | null;
}

const seen = `
  SELECT array(SELECT name::text FROM public.pgmigrations ORDER BY run_on, id) AS history,
         array(SELECT CASE relkind WHEN 'r' THEN relname || '.' || attname ELSE relname::text END
                 FROM pg_class
                 LEFT JOIN pg_attribute
                   ON relkind = 'r' AND attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped
                WHERE relnamespace = 'public'::regnamespace AND relname NOT LIKE 'pgmigrations%') AS found`;

export async function look(stage: Stage, environment: Environment): Promise<Sight> {
  const { world, sessions } = stage;
  const { data } = await world
    .as('ada')
    .rest.git.getTree({ ...SHOP, tree_sha: branchOf[environment], recursive: 'true' });
  const paths = data.tree.flatMap(({ path = '', type }) => (type === 'blob' ? [path] : []));
  const target = await sessions[environment].query<Pick<Sight, 'history' | 'found'>>(seen);
  const held = await sessions.control.query<{ document: unknown }>(
    'SELECT document FROM tidegate.hold WHERE repository_id = $1 AND environment = $2',
    [world.repository.id, environment],
  );
  return {
    branch: paths.flatMap((path) => /^migrations\/(.+)\.sql$/.exec(path)?.[1] ?? []).sort(),
    history: target.rows[0]?.history ?? [],
    found: target.rows[0]?.found.toSorted() ?? [],
    hold: held.rows[0] === undefined ? null : holdOf(held.rows[0].document),
  };
}

export function pathOf(name: string): string {
  return `migrations/${name}.sql`;
}

/** A number for what nobody has made here yet. */
export function nextNumber(stage: Stage): string {
  return padded((stage.last += 1));
}

export function newMigration(stage: Stage): string {
  const number = nextNumber(stage);
  stage.made.set(`${number}_step`, stepOf(Number(number)));
  return `${number}_step`;
}

function stepOf(number: number): Made {
  const table = `step_${padded(number)}`;
  return { text: textOf(table), makes: [`${table}.id`, `${table}_pkey`], takes: [] };
}

function padded(number: number): string {
  return String(number).padStart(4, '0');
}

/** The files of migrations that somebody made here. */
export function filesOf({ made }: Stage, names: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(names.map((name) => [pathOf(name), made.get(name)?.text ?? '']));
}

/** What a database holds in which these have run, in this order, and nothing else was done. */
export function madeBy({ made }: Stage, names: readonly string[]): readonly string[] {
  const all = new Set<string>();
  for (const name of names) {
    const one = made.get(name) ?? { makes: [`what ${name} makes, which is not known`], takes: [] };
    for (const object of one.makes) all.add(object);
    for (const object of one.takes) all.delete(object);
  }
  return [...all].sort();
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
