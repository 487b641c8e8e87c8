import { changeNames } from '../shop/change.ts';
import { command, merge } from './acts.ts';
import { shop } from './people.ts';
import { commentSaying, concluded, goneFrom, pullSaying } from './seen.ts';
import type { Stage } from './stage.ts';
import { waitFor } from './wait-for.ts';

/** Step 5: taking it back, and keeping Git true. */
export async function rolledBack(stage: Stage, number: number): Promise<void> {
  const { narrator, databases } = stage;
  narrator.step(5, 'Taking it back, with Git still true');
  const refusal = await command(stage, 'rita', number, '/rollback', /was not done/);
  narrator.check('Rita may not: a reply says who may', refusal.includes('dba'), refusal.slice(0, 300));
  const loss = await command(stage, 'dan', number, '/rollback', /--accept-data-loss/);
  narrator.check(
    'Dan may, but data would be lost: he is told which, and asked to say so',
    loss.includes('notes'),
    loss.slice(0, 300),
  );
  const preview = await command(stage, 'dan', number, '/rollback --accept-data-loss', /DROP COLUMN/);
  narrator.check('the down SQL is previewed', preview.includes('/confirm'), preview.slice(0, 300));
  narrator.check(
    'nothing has been taken back yet',
    await databases.hasColumn('prod', 'orders', 'notes'),
    'the column is gone',
  );
  await stage.pause();
  await command(stage, 'cleo', number, '/confirm', /Rolled back/);
  narrator.did('Cleo, a second person, confirmed.');
  const history = await goneFrom(stage, 'prod', changeNames);
  narrator.check(
    'both are taken back on prod',
    history.length === 20 && !(await databases.hasColumn('prod', 'orders', 'notes')),
    `${history.length} in the history`,
  );
  const revert = await pullSaying(stage, 'main', /^Take back /);
  narrator.look('The revert pull request', revert.url);
  const held = await command(stage, 'dan', number, '/status', /Pending/);
  narrator.check('prod is on hold until branch and history agree', held.includes('on hold'), held);
  await concluded(stage, revert.number, 'gate', 'success');
  const refused = await merge(stage, 'dan', revert.number);
  narrator.check('the revert is merged', refused === null, String(refused));
  const file = await stage.team.ada.rest.repos
    .getContent({ ...shop, path: 'migrations/0021_order-notes.sql', ref: 'main' })
    .then(
      () => 'there',
      () => 'gone',
    );
  narrator.check('the files are gone from main', file === 'gone', file);
  await holdEnded(stage, number);
}

/** Asks for the status once the hold's row is gone from the control database, so that a reader sees it too. */
async function holdEnded(stage: Stage, number: number): Promise<void> {
  await waitFor('the hold to end', async () => ((await stage.databases.holds()) === 0 ? true : null));
  const status = await command(stage, 'dan', number, '/status', /Pending/);
  stage.narrator.check('the hold has ended by itself', !/on hold/i.test(status), status);
  const said = await commentSaying(stage, number, /The hold for it has ended/);
  stage.narrator.check(
    `and the comment of #${number} says so`,
    !said.includes('`prod` is on hold'),
    said.slice(0, 300),
  );
}
