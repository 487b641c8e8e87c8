import { changeFiles, changeNames } from '../shop/change.ts';
import { merge, open, push } from './acts.ts';
import { shop } from './people.ts';
import { appComments, checkRun, commentSaying, concluded, ranOn } from './seen.ts';
import type { Stage } from './stage.ts';
import { waitFor } from './wait-for.ts';

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

/** Step 2: a feature pull request into dev. Returns its number. */
export async function intoDev(stage: Stage): Promise<number> {
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
  const history = await ranOn(stage, 'dev', changeNames);
  narrator.check('both were applied to dev', history.length === 22, `${history.length} in the history`);
  const elsewhere = [...(await databases.history('qa')), ...(await databases.history('prod'))];
  narrator.check('and to dev alone', elsewhere.length === 40, `${elsewhere.length} in the other two`);
  await commentSaying(stage, pull.number, /Applied to/);
  return pull.number;
}
