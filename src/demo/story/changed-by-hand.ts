import { command } from './acts.ts';
import { environmentNames } from './databases.ts';
import { shop } from './people.ts';
import type { Stage } from './stage.ts';
import { waitFor } from './wait-for.ts';

const byHand = 'ALTER TABLE customers ADD COLUMN vip boolean;';

/** Step 12: somebody's hand on prod. `number` is any pull request, to comment on. */
export async function changedByHand(stage: Stage, number: number): Promise<void> {
  const { narrator, databases } = stage;
  narrator.step(12, 'Somebody changes prod by hand');
  await databases.runByHand('prod', byHand);
  narrator.did(`Somebody who has prod’s password ran in psql: ${byHand}`);
  const drift = await command(stage, 'dan', number, '/drift prod', /vip/);
  narrator.check(
    '/drift shows what was done, as DDL',
    drift.includes('ALTER TABLE public.customers ADD COLUMN vip boolean'),
    drift,
  );
  narrator.look('The issue of it', await driftIssue(stage));
  const held = await command(stage, 'dan', number, '/status', /Pending/);
  narrator.check(
    'prod is on hold until it is gone; dev and qa are not',
    held.split('\n').filter((line) => line.includes('on hold')).length === 1 &&
      /^\| `prod` .*on hold/m.test(held),
    held,
  );
  await stage.pause();
  const loss = await command(stage, 'dan', number, '/drift revert prod', /--accept-data-loss/);
  narrator.check(
    '/drift revert says what would be lost, and asks to be told that it may',
    loss.includes('vip'),
    loss,
  );
  const sure = '/drift revert prod --accept-data-loss';
  const shown = await command(stage, 'dan', number, sure, /DROP COLUMN vip/);
  narrator.check(
    'then it shows the SQL that takes it back, and waits for somebody else',
    shown.includes('/confirm'),
    shown,
  );
  await command(stage, 'cleo', number, '/confirm', /is what its history says again/);
  narrator.check(
    'Cleo confirmed: the column is gone',
    !(await databases.hasColumn('prod', 'customers', 'vip')),
    'it is there',
  );
  await waitFor('the hold to end', async () => ((await databases.holds()) === 0 ? true : null));
  await sameEverywhere(stage, number);
}

/** The address of the App's open issue. */
async function driftIssue(stage: Stage): Promise<string> {
  return waitFor('the issue of the drift', async () => {
    const { data } = await stage.team.ada.rest.issues.listForRepo({ ...shop, state: 'open' });
    return data.find((issue) => issue.pull_request === undefined)?.html_url ?? null;
  });
}

async function sameEverywhere(stage: Stage, number: number): Promise<void> {
  const { narrator, databases } = stage;
  const status = await command(stage, 'dan', number, '/drift prod', /same schema/);
  narrator.check(
    '/drift says that dev and qa have the same history, and the same schema',
    ['dev', 'qa'].every((name) => status.includes(`\`${name}\` has the same history, and the same schema`)),
    status,
  );
  const schemas = await Promise.all(environmentNames.map((name) => databases.schema(name)));
  narrator.check(
    'and so say the three databases themselves',
    new Set(schemas.map((lines) => lines.join('\n'))).size === 1,
    schemas.map((lines) => lines.length).join(', '),
  );
}
