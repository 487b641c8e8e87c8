import { javascript, sql } from '../shop/migrations.ts';
import { shop } from './people.ts';
import {
  appComments,
  approve,
  checkRun,
  commentSaying,
  concluded,
  merge,
  open,
  push,
  type Stage,
} from './stage.ts';
import { waitFor } from './wait-for.ts';

/** The two migrations of the story's change: a column, and an index built the dangerous way. */
export const change = {
  '0021_order-notes': sql(
    'ALTER TABLE orders ADD COLUMN notes text;',
    'ALTER TABLE orders DROP COLUMN notes;',
  ),
  '0022_orders-placed-at-index': javascript(`pgm.createIndex('orders', 'placed_at');`),
} as const;
const changeNames = Object.keys(change);
const changeFiles = [
  ['migrations/0021_order-notes.sql', change['0021_order-notes']],
  ['migrations/0022_orders-placed-at-index.js', change['0022_orders-placed-at-index']],
] as const;

/** Step 1: what was there before Tidegate. */
export async function adopted({ narrator, databases, github }: Stage): Promise<void> {
  narrator.step(1, 'A shop with a history');
  narrator.did(
    'acme/shop has 20 migrations (.sql, .js, .ts), run on dev, qa and prod by node-pg-migrate’s own CLI.',
  );
  narrator.did('Tidegate was installed: it found what is applied and adopted it, file by file.');
  narrator.look('The repository', `${github.url}/acme/shop`);
  for (const name of ['dev', 'qa', 'prod'] as const) {
    const ledger = await waitFor(`the ledger of ${name}`, async () => {
      const rows = await databases.ledger(name).catch(() => []);
      return rows.length === 20 ? rows : null;
    });
    const history = await databases.history(name);
    const isSame = history.length === 20 && [...history].sort().join() === [...ledger].sort().join();
    narrator.check(
      `${name}: 20 migrations in its history, all adopted`,
      isSame,
      `${history.length} in the history, ${ledger.length} in the ledger`,
    );
  }
}

/** Step 2: a feature pull request into dev. */
export async function intoDev(stage: Stage): Promise<void> {
  const { narrator, databases } = stage;
  narrator.step(2, 'A change for dev: a column, and an index built the dangerous way');
  const [first, second] = changeFiles;
  await push(stage, 'ben', 'order-notes', { [first[0]]: first[1] }, 'Let customers leave a note', 'dev');
  await push(stage, 'cleo', 'order-notes', { [second[0]]: second[1] }, 'Find orders by day');
  const pull = await open(stage, 'ben', {
    head: 'order-notes',
    base: 'dev',
    title: 'Order notes',
    body: 'A note on every order, and an index to find orders by day. The index is built in a way that blocks writes.',
  });
  narrator.did('Ben opened a pull request into dev; Cleo had pushed one of its commits.');
  narrator.look('The pull request', pull.url);
  const plan = await checkRun(stage, pull.number, 'plan');
  narrator.check('the plan check is green', plan.conclusion === 'success', String(plan.conclusion));
  const { data: annotations } = await stage.team.ben.rest.checks.listAnnotations({
    ...shop,
    check_run_id: plan.id,
  });
  const isOnIndex = annotations.some(({ path, start_line }) => path === second[0] && start_line === 2);
  narrator.check(
    'an annotation stands on the line that builds the index',
    isOnIndex,
    JSON.stringify(annotations),
  );
  const comments = await waitFor('the comment', async () => {
    const bodies = await appComments(stage, pull.number);
    return bodies.length > 0 ? bodies : null;
  });
  narrator.check(
    'there is one comment, with the SQL in it',
    comments.length === 1 && (comments[0] ?? '').includes('ADD COLUMN notes'),
    `${comments.length} comments`,
  );
  await concluded(stage, pull.number, 'gate', 'success');
  narrator.check(
    'nothing has been run yet',
    !(await databases.history('dev')).includes(changeNames[0] ?? ''),
    'it has',
  );
  await stage.pause();
  const refused = await merge(stage, 'ben', pull.number);
  narrator.check('it can be merged: dev asks for no approval', refused === null, String(refused));
  const history = await appliedTo(stage, 'dev');
  narrator.check('both were applied to dev', history.length === 22, `${history.length} in the history`);
  const elsewhere = [...(await databases.history('qa')), ...(await databases.history('prod'))];
  narrator.check('and to dev alone', elsewhere.length === 40, `${elsewhere.length} in the other two`);
  await commentSaying(stage, pull.number, /Applied to/);
}

/** Step 3: on to qa, and as far as the gate of prod. */
export async function toTheGate(stage: Stage): Promise<number> {
  const { narrator } = stage;
  narrator.step(3, 'From dev to qa, and to the gate of prod');
  const toQa = await open(stage, 'ben', {
    head: 'dev',
    base: 'qa',
    title: 'Promote dev to qa',
    body: 'What runs on dev, for qa.',
  });
  await concluded(stage, toQa.number, 'gate', 'success');
  narrator.look('dev into qa', toQa.url);
  await merge(stage, 'ben', toQa.number);
  const qa = await appliedTo(stage, 'qa');
  narrator.check(
    'the same two were applied to qa',
    changeNames.every((name) => qa.includes(name)),
    qa.slice(-2).join(', '),
  );
  const toProd = await open(stage, 'ben', {
    head: 'qa',
    base: 'main',
    title: 'Promote qa to prod',
    body: 'What runs on qa, for prod: it needs the approval of somebody in @acme/dba who wrote none of it.',
  });
  narrator.look('qa into main, which is prod', toProd.url);
  const gate = await checkRun(stage, toProd.number, 'gate');
  narrator.check(
    'the gate of prod is not green',
    gate.conclusion === 'action_required',
    String(gate.conclusion),
  );
  const comment = await commentSaying(stage, toProd.number, /Not yet/);
  narrator.check('the comment says what is missing', /@?acme\/dba/.test(comment), comment.slice(0, 300));
  const refused = await merge(stage, 'ben', toProd.number);
  narrator.check('GitHub refuses the merge', refused?.startsWith('405') ?? false, String(refused));
  await stage.pause();
  return toProd.number;
}

/** Step 4: whose approval counts, and the merge. */
export async function approvedIntoProd(stage: Stage, number: number): Promise<void> {
  const { narrator, databases } = stage;
  narrator.step(4, 'Approvals that count, and those that do not');
  const own = await approve(stage, 'ben', number);
  narrator.check(
    'Ben cannot approve his own pull request: GitHub says 422',
    own?.startsWith('422') ?? false,
    String(own),
  );
  await approve(stage, 'cleo', number);
  const afterCleo = await gateSaying(stage, number, /cleo/);
  narrator.check(
    'Cleo’s approval does not count: she wrote a commit of it',
    afterCleo.conclusion === 'action_required',
    String(afterCleo.conclusion),
  );
  await approve(stage, 'rita', number);
  const afterRita = await gateSaying(stage, number, /rita/);
  narrator.check(
    'Rita’s approval does not count: she may only read',
    afterRita.conclusion === 'action_required',
    String(afterRita.conclusion),
  );
  await approve(stage, 'dan', number);
  await concluded(stage, number, 'gate', 'success');
  narrator.check('Dan’s approval does: the gate is green', true, 'success');
  await stage.pause();
  const refused = await merge(stage, 'ben', number);
  narrator.check('GitHub lets it be merged', refused === null, String(refused));
  const history = await appliedTo(stage, 'prod');
  const ledger = await databases.ledger('prod');
  narrator.check(
    'history and ledger of prod agree',
    [...history].sort().join() === [...ledger].sort().join(),
    `${history.length} and ${ledger.length}`,
  );
  const byHand = await stage.migrateByHand('prod');
  narrator.check(
    'node-pg-migrate’s CLI finds nothing to do',
    byHand.includes('No migrations to run'),
    byHand,
  );
  const state = await deploymentState(stage, 'prod');
  narrator.check('a GitHub deployment to prod succeeded', state === 'success', state);
  const comment = await commentSaying(stage, number, /Applied to/);
  narrator.check('the comment says that it was applied', true, comment.slice(0, 120));
}

/** The gate's check run once its text speaks of somebody. */
async function gateSaying(stage: Stage, number: number, words: RegExp) {
  return waitFor(`the gate of #${number} to speak of ${String(words)}`, async () => {
    const run = await checkRun(stage, number, 'gate');
    return words.test(`${run.output.summary ?? ''}${run.output.text ?? ''}`) ? run : null;
  });
}

/** The history of an environment once the change is in it. */
async function appliedTo(stage: Stage, name: 'dev' | 'qa' | 'prod'): Promise<readonly string[]> {
  return waitFor(`the change in ${name}`, async () => {
    const history = await stage.databases.history(name);
    return changeNames.every((migration) => history.includes(migration)) ? history : null;
  });
}

async function deploymentState(stage: Stage, environment: string): Promise<string> {
  return waitFor(`a deployment to ${environment}`, async () => {
    const { data: deployments } = await stage.team.ada.rest.repos.listDeployments({ ...shop, environment });
    const [latest] = deployments;
    if (latest === undefined) return null;
    const { data: statuses } = await stage.team.ada.rest.repos.listDeploymentStatuses({
      ...shop,
      deployment_id: latest.id,
    });
    return statuses[0]?.state ?? null;
  });
}
