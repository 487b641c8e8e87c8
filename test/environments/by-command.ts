import type { Random } from '../flows/random.ts';
import { SHOP } from '../support/world.ts';
import { environments, look, madeBy, type Environment, type Stage } from './stage.ts';
import { finish, openPulls } from './work.ts';

export async function rollback(stage: Stage, random: Random): Promise<string | null> {
  const { team, desk, merged } = stage;
  const environment = random.pick(environments);
  const { history } = await look(stage, environment);
  const last = merged.at(-1 - random.below(2));
  const named = history[1 + random.below(Math.max(1, history.length - 1))];
  const kind = random.below(3);
  if (named === undefined || (kind === 0 && last === undefined)) return null;
  const [where, of] =
    kind === 0
      ? [last?.number ?? desk, '']
      : kind === 1
        ? [desk, ` ${named} ${environment}`]
        : [desk, ` --last ${1 + random.below(Math.min(2, history.length - 1))} ${environment}`];
  const command = `/rollback${of} --accept-data-loss`;
  const said = await team.told(where, 'dan', command);
  const heard =
    random.below(6) > 0 ? ` /confirm: ${firstLine(await team.told(where, 'dora', '/confirm'))}` : '';
  return `${command} on #${where}: ${firstLine(said)}${heard}`;
}

/** Deals with the drift of an environment that is on hold for it. */
export async function endDrift(stage: Stage, random: Random): Promise<string | null> {
  const environment = random.pick(environments);
  const { hold } = await look(stage, environment);
  if (hold?.reason !== 'drift') return null;
  if (random.below(2) === 0) return revertDrift(stage, environment);
  const { number, said } = await adoptDrift(stage, environment);
  if (number === null) return said;
  return `${said} #${number}: ${await finish(stage, random, number, environment, 'merge')}`;
}

/** Has what was done by hand taken back. */
export async function revertDrift({ team, desk }: Stage, environment: Environment): Promise<string> {
  const command = `/drift revert ${environment} --accept-data-loss`;
  const shown = firstLine(await team.told(desk, 'dora', command));
  const ran = environment === 'prod' ? firstLine(await team.told(desk, 'dan', '/confirm')) : '';
  return `${command}: ${shown} ${ran}`;
}

/** Asks for the pull request that makes Git say what was done by hand; no number where none came of it. */
export async function adoptDrift(
  stage: Stage,
  environment: Environment,
): Promise<{ readonly number: number | null; readonly said: string }> {
  const { found, history } = await look(stage, environment);
  const ran = madeBy(stage, history);
  const before = (await openPulls(stage)).map(({ number }) => number);
  const command = `/drift adopt ${environment}`;
  const said = `${command}: ${firstLine(await stage.team.told(stage.desk, 'dora', command))}`;
  const offered = (await openPulls(stage)).find(
    ({ number, head }) => head.startsWith('tidegate/adopt-') && !before.includes(number),
  );
  if (offered === undefined) return { number: null, said };
  const migration = await migrationIn(stage, offered.number, offered.head);
  if (stage.made.has(migration.name)) {
    // One name would stand for two migrations, and nothing here could tell which of them ran.
    await stage.team.close(offered.number);
    return { number: null, said: `${said}, closed: ${migration.name} was another one` };
  }
  stage.made.set(migration.name, {
    text: migration.text,
    makes: found.filter((object) => !ran.includes(object)),
    takes: ran.filter((object) => !found.includes(object)),
  });
  stage.last = Math.max(stage.last, Number.parseInt(migration.name, 10));
  return { number: offered.number, said };
}

async function migrationIn(
  { world }: Stage,
  number: number,
  ref: string,
): Promise<{ readonly name: string; readonly text: string }> {
  const { rest } = world.as('ada');
  const { data: files } = await rest.pulls.listFiles({ ...SHOP, pull_number: number });
  const path = files[0]?.filename ?? '';
  const { data } = await rest.repos.getContent({ ...SHOP, path, ref });
  if (Array.isArray(data) || data.type !== 'file') throw new Error(`${path} of #${number} is no file`);
  return {
    name: path.replace(/^migrations\/|\.sql$/g, ''),
    text: Buffer.from(data.content, 'base64').toString(),
  };
}

export function firstLine(text: string): string {
  return text.split('\n').find((line) => line.trim() !== '') ?? 'nothing';
}
