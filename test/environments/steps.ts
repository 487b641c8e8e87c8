import type { Random } from '../flows/random.ts';
import { SHOP } from '../support/world.ts';
import {
  branchOf,
  environments,
  isTaken,
  look,
  pathOf,
  textIn,
  type Environment,
  type Stage,
} from './stage.ts';

/** Does something that a team does, or that happens to it, and says what; null where there was nothing to do it to. */
type Doing = (stage: Stage, random: Random) => Promise<string | null>;

const usual: readonly Doing[] = [newWork, newWork, newWork, promote, promote, promote];
const rare: readonly Doing[] = [
  hotfix,
  revert,
  rollback,
  rollback,
  takeOpen,
  takeOpen,
  loseCommit,
  takeBackByHand,
  runByHand,
  restart,
];

/** How the deliveries of a step fare. */
const fates = ['fine', 'fine', 'fine', 'fine', 'fine', 'lost', 'doubled'] as const;

/** Makes one step, and has the world come to rest after it. */
export async function anyStep(stage: Stage, random: Random): Promise<string> {
  const fate = random.pick(fates);
  const { hooks } = stage.world.github;
  let isOn = fate !== 'fine';
  if (fate === 'lost') hooks.drop(() => isOn, 1_000);
  if (fate === 'doubled') hooks.repeat(() => isOn, 2, 1_000);
  const { doing, what } = await doAnything(stage, random);
  isOn = false;
  await stage.world.settled();
  // What no webhook told, or what was done past GitHub, the sweep finds.
  if (fate === 'lost' || doing === takeBackByHand || doing === runByHand) {
    await stage.world.service.sweep();
    await stage.world.settled();
  }
  return `${what}${fate === 'fine' ? '' : ` (deliveries ${fate})`}`;
}

/** Draws until there is something to do it to. */
async function doAnything(
  stage: Stage,
  random: Random,
): Promise<{ readonly doing: Doing; readonly what: string }> {
  for (;;) {
    const doing = random.pick(random.below(2) === 0 ? usual : rare);
    const what = await doing(stage, random);
    if (what !== null) return { doing, what };
  }
}

async function newWork(stage: Stage, random: Random): Promise<string> {
  const names = Array.from({ length: 1 + random.below(2) }, () => newMigration(stage));
  return land(stage, random, { base: 'dev', files: filesOf(stage, names) });
}

async function hotfix(stage: Stage, random: Random): Promise<string> {
  return land(stage, random, { base: 'prod', files: filesOf(stage, [newMigration(stage)]) });
}

async function promote(stage: Stage, random: Random): Promise<string | null> {
  const [from, to] = random.pick([
    ['dev', 'qa'],
    ['qa', 'prod'],
  ] as const);
  const { world, team } = stage;
  const head = `promote-${String((stage.work += 1))}`;
  await world
    .as('ada')
    .rest.git.createRef({ ...SHOP, ref: `refs/heads/${head}`, sha: await team.head(branchOf[from]) });
  const number = await open(stage, head, to);
  if (number === null) return null;
  return `promotes ${from} to ${to} by #${number}: ${await finish(stage, random, number, to, 'merge')}`;
}

interface Work {
  readonly base: Environment;
  readonly files: Readonly<Record<string, string | null>>;
}

async function land(stage: Stage, random: Random, { base, files }: Work): Promise<string> {
  const branch = `work-${String((stage.work += 1))}`;
  const { team } = stage;
  await team.push(branch, files, { from: branchOf[base] });
  const number = await open(stage, branch, base);
  const what = Object.keys(files).join(', ');
  if (number === null) return `could not open ${what} for ${base}`;
  const method = random.pick(['merge', 'squash', 'rebase'] as const);
  return `#${number} into ${base} with ${what}: ${await finish(stage, random, number, base, method)}`;
}

async function open({ world }: Stage, head: string, base: Environment): Promise<number | null> {
  let number: number | null = null;
  const opening = world
    .as('wim')
    .rest.pulls.create({ ...SHOP, head, base: branchOf[base], title: head })
    .then(({ data }) => (number = data.number));
  await isTaken(opening);
  await world.settled();
  return number;
}

/** Approves and merges a pull request; now and then without the approval, or though it is red, or not at all. */
async function finish(
  stage: Stage,
  random: Random,
  number: number,
  into: Environment,
  method: 'merge' | 'squash' | 'rebase',
): Promise<string> {
  const { world, team } = stage;
  if (into === 'prod' && random.below(6) > 0) {
    await team.approve(number, 'dan');
    await world.settled();
  }
  const gate = await team.check(number, 'gate', into);
  if (gate !== 'success' && random.below(3) > 0) {
    if (random.below(2) === 0) return `left open, its gate says ${String(gate)}`;
    await team.close(number);
    return `closed, its gate said ${String(gate)}`;
  }
  if (!(await isTaken(team.merge(number, { method })))) {
    await team.close(number);
    return 'could not be merged';
  }
  await note(stage, number, into);
  return `${method} (gate ${String(gate)})`;
}

async function note({ world, merged }: Stage, number: number, into: Environment): Promise<void> {
  const { data } = await world.as('ada').rest.pulls.get({ ...SHOP, pull_number: number });
  merged.push({ number, nodeId: data.node_id, into });
}

async function revert(stage: Stage, random: Random): Promise<string | null> {
  const last = stage.merged.at(-1 - random.below(2));
  if (last === undefined) return null;
  const { world } = stage;
  const mutation = `mutation ($input: RevertPullRequestInput!) {
    revertPullRequest(input: $input) { revertPullRequest { number } }
  }`;
  const input = { pullRequestId: last.nodeId, title: `Revert #${last.number}`, body: '' };
  try {
    await world.as('wim').graphql(mutation, { input });
  } catch {
    return `could not revert #${last.number}`;
  }
  await world.settled();
  const { data } = await world
    .as('wim')
    .rest.pulls.list({ ...SHOP, state: 'open', sort: 'created', direction: 'desc' });
  const [made] = data;
  if (made === undefined) return null;
  return `reverts #${last.number} by #${made.number}: ${await finish(stage, random, made.number, last.into, 'merge')}`;
}

async function rollback(stage: Stage, random: Random): Promise<string | null> {
  const { team, desk, merged } = stage;
  const environment = random.pick(environments);
  const { history } = await look(stage, environment);
  const last = merged.at(-1 - random.below(2));
  const named = history[1 + random.below(Math.max(1, history.length - 1))];
  const kind = random.below(3);
  if (kind === 0 && last === undefined) return null;
  if (named === undefined) return null;
  const [where, command] =
    kind === 0
      ? [last?.number ?? desk, '/rollback --accept-data-loss']
      : kind === 1
        ? [desk, `/rollback ${named} ${environment} --accept-data-loss`]
        : [
            desk,
            `/rollback --last ${1 + random.below(Math.min(2, Math.max(1, history.length - 1)))} ${environment} --accept-data-loss`,
          ];
  const said = await team.told(where, 'dan', command);
  const confirms = random.below(6) > 0;
  const heard = confirms ? await team.told(where, 'dora', '/confirm') : '';
  return `${command} on #${where}: ${firstLine(said)}${confirms ? ` /confirm: ${firstLine(heard)}` : ''}`;
}

/** Merges one of the pull requests that lie about, such as the App's reverts. */
async function takeOpen(stage: Stage, random: Random): Promise<string | null> {
  const { data } = await stage.world.as('wim').rest.pulls.list({ ...SHOP, state: 'open', per_page: 100 });
  if (data.length === 0) return null;
  const pull = random.pick(data);
  const into = environments.find((name) => branchOf[name] === pull.base.ref);
  if (into === undefined) return null;
  return `takes up #${pull.number} into ${into}: ${await finish(stage, random, pull.number, into, 'merge')}`;
}

async function loseCommit({ world, team }: Stage, random: Random): Promise<string | null> {
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
async function takeBackByHand({ world, ...stage }: Stage, random: Random): Promise<string | null> {
  const environment = random.pick(environments);
  const last = (await world.history(environment)).at(-1);
  if (last === undefined || last === '0001_step') return null;
  const table = stage.tables.get(last) ?? '';
  await world.query(environment, `DROP TABLE ${table}; DELETE FROM pgmigrations WHERE name = '${last}'`);
  return `takes ${last} back by hand on ${environment}`;
}

/** What `node-pg-migrate up` does in somebody's folder. */
async function runByHand(stage: Stage, random: Random): Promise<string> {
  const environment = random.pick(environments);
  const name = newMigration(stage);
  const table = stage.tables.get(name) ?? '';
  await stage.world.query(
    environment,
    `CREATE TABLE ${table} (id int PRIMARY KEY); INSERT INTO pgmigrations (name, run_on) VALUES ('${name}', now())`,
  );
  return `runs ${name} by hand on ${environment}`;
}

async function restart({ world }: Stage): Promise<string> {
  await world.restart();
  return 'restarts the service';
}

function newMigration(stage: Stage): string {
  const number = String((stage.last += 1)).padStart(4, '0');
  stage.tables.set(`${number}_step`, `step_${number}`);
  return `${number}_step`;
}

function filesOf(stage: Stage, names: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(names.map((name) => [pathOf(name), textIn(stage, name)]));
}

function firstLine(text: string): string {
  return text.split('\n').find((line) => line.trim() !== '') ?? 'nothing';
}
