import type { Random } from '../flows/random.ts';
import { SHOP, type World } from '../support/world.ts';
import { firstLine } from './by-command.ts';
import {
  branchOf,
  environments,
  look,
  madeBy,
  newMigration,
  nextNumber,
  type Environment,
  type Stage,
} from './stage.ts';

export async function loseCommit({ world, team }: Stage, random: Random): Promise<string | null> {
  const environment = random.pick(environments);
  const branch = branchOf[environment];
  const { rest } = world.as('ada');
  const { data } = await rest.git.getCommit({ ...SHOP, commit_sha: await team.head(branch) });
  const before = data.parents[0]?.sha;
  // The first commits hold the rules and what was there before Tidegate.
  if (before === undefined) return null;
  await rest.git.updateRef({ ...SHOP, ref: `heads/${branch}`, sha: before, force: true });
  return `force-pushes ${branch} to the commit before its last`;
}

/** What `node-pg-migrate down` does. */
export async function takeBackByHand({ world }: Stage, random: Random): Promise<string | null> {
  const environment = random.pick(environments);
  const last = (await world.history(environment)).at(-1);
  if (last?.endsWith('_step') !== true || last === '0001_step') return null;
  await world.query(
    environment,
    `DROP TABLE IF EXISTS ${tableOf(last)}; DELETE FROM pgmigrations WHERE name = '${last}'`,
  );
  await sweep(world);
  return `takes ${last} back by hand on ${environment}`;
}

/** What `node-pg-migrate up` does in somebody's folder. */
export async function runByHand(stage: Stage, random: Random): Promise<string> {
  const environment = random.pick(environments);
  const name = newMigration(stage);
  await stage.world.query(
    environment,
    `CREATE TABLE ${tableOf(name)} (id int PRIMARY KEY); INSERT INTO pgmigrations (name, run_on) VALUES ('${name}', now())`,
  );
  await sweep(stage.world);
  return `runs ${name} by hand on ${environment}`;
}

function tableOf(name: string): string {
  return name.replace(/^(\d+)_step$/, 'step_$1');
}

/** Changes a schema past the migrations: a table or a column more, or a table less. */
export async function changeSchema(stage: Stage, random: Random): Promise<string> {
  const environment = random.pick(['dev', 'qa', 'prod', 'prod'] as const);
  const { found } = await look(stage, environment);
  const tables = found.flatMap((object) => /^(\w+)\.id$/.exec(object)?.[1] ?? []);
  const fresh = `hand_${nextNumber(stage)}`;
  const table = tables.length === 0 ? fresh : random.pick(tables);
  const [sql, changed] =
    tables.length === 0 || random.below(2) === 0
      ? [`CREATE TABLE ${fresh} (id int PRIMARY KEY)`, [`${fresh}.id`, `${fresh}_pkey`]]
      : random.below(3) > 0
        ? [`ALTER TABLE ${table} ADD COLUMN ${fresh} int`, [`${table}.${fresh}`]]
        : [
            `DROP TABLE ${table}`,
            found.filter((one) => one === `${table}_pkey` || one.startsWith(`${table}.`)),
          ];
  await stage.world.query(environment, sql);
  for (const object of changed) stage.byHand.add(object);
  return `by hand on ${environment}: ${sql}; ${await noticed(stage, random, environment)}`;
}

/** Undoes in the database what was made there by hand. */
export async function undoByHand(stage: Stage, random: Random): Promise<string | null> {
  const environment = random.pick(environments);
  const { found, history } = await look(stage, environment);
  const ran = madeBy(stage, history);
  const statements = [
    ...found.filter((one) => !ran.includes(one)).map(undoing),
    ...ran.filter((one) => one.endsWith('.id') && !found.includes(one)).map(redoing),
  ].filter((sql) => sql !== '');
  if (statements.length === 0) return null;
  await stage.world.query(environment, statements.join(';'));
  return `by hand on ${environment}: ${statements.join('; ')}; ${await noticed(stage, random, environment)}`;
}

/** What is done in a database tells nobody: it is found by who asks, or by the sweep. */
async function noticed(
  { world, team, desk }: Stage,
  random: Random,
  environment: Environment,
): Promise<string> {
  if (random.below(2) === 0)
    return `/drift: ${firstLine(await team.told(desk, 'wim', `/drift ${environment}`))}`;
  await sweep(world);
  return 'the sweep';
}

export async function sweep(world: World): Promise<void> {
  await world.service.sweep();
  await world.settled();
}

function undoing(object: string): string {
  const [table = '', column] = object.split('.');
  if (column === undefined) return '';
  return column === 'id'
    ? `DROP TABLE IF EXISTS ${table}`
    : `ALTER TABLE IF EXISTS ${table} DROP COLUMN ${column}`;
}

function redoing(object: string): string {
  return `CREATE TABLE ${object.split('.')[0] ?? ''} (id int PRIMARY KEY)`;
}

export async function restart({ world }: Stage): Promise<string> {
  await world.restart();
  return 'restarts the service';
}
