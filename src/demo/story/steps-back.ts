import { sql } from '../shop/migrations.ts';
import { readFile } from 'node:fs/promises';
import { shop } from './people.ts';
import { approve, command, commentSaying, concluded, merge, open, push, type Stage } from './stage.ts';
import { change } from './steps-to-prod.ts';
import { waitFor } from './wait-for.ts';

const changeNames = Object.keys(change);

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
  const history = await waitFor('the rollback', async () => {
    const names = await databases.history('prod');
    return changeNames.some((name) => names.includes(name)) ? null : names;
  });
  narrator.check(
    'both are taken back on prod',
    history.length === 20 && !(await databases.hasColumn('prod', 'orders', 'notes')),
    `${history.length} in the history`,
  );
  const revert = await waitFor('the revert pull request', async () => {
    const { data } = await stage.team.ada.rest.pulls.list({ ...shop, base: 'main', state: 'open' });
    return data[0] ?? null;
  });
  narrator.look('The revert pull request', revert.html_url);
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
    'and the comment of #3 says so',
    !said.includes('`prod` is on hold'),
    said.slice(0, 300),
  );
}

/** Step 6: a migration that fails. */
export async function failing(stage: Stage): Promise<void> {
  const { narrator, databases } = stage;
  narrator.step(6, 'A migration that fails');
  const before = await databases.history('dev');
  const path = 'migrations/0023_order-customer.sql';
  const text = sql(
    'ALTER TABLE orders ADD COLUMN source text;\nALTER TABLE orders ADD COLUMN customer_id bigint;',
    'ALTER TABLE orders DROP COLUMN source;',
  );
  await push(stage, 'ben', 'order-customer', { [path]: text }, 'Know the customer of an order', 'dev');
  const pull = await open(stage, 'ben', {
    head: 'order-customer',
    base: 'dev',
    title: 'Customer of an order',
    body: 'Its second statement adds a column that is there already. The plan finds it before anybody merges.',
  });
  narrator.look('The pull request', pull.url);
  const plan = await concluded(stage, pull.number, 'plan', 'failure');
  const { data: annotations } = await stage.team.ben.rest.checks.listAnnotations({
    ...shop,
    check_run_id: plan.id,
  });
  const isOnLine = annotations.some((annotation) => annotation.path === path && annotation.start_line === 3);
  narrator.check('an annotation stands on the line that fails', isOnLine, JSON.stringify(annotations));
  const said = await commentSaying(stage, pull.number, /already exists/);
  narrator.check(
    'the comment gives PostgreSQL’s own error',
    said.includes('column "customer_id" of relation "orders" already exists'),
    said.slice(0, 400),
  );
  const after = await databases.history('dev');
  narrator.check(
    'dev is untouched',
    after.join() === before.join() && !(await databases.hasColumn('dev', 'orders', 'source')),
    after.slice(-1).join(),
  );
  await stage.pause();
}

/** Step 7: code and SQL that mean harm. */
export async function hostile(stage: Stage): Promise<void> {
  const { narrator, databases, canary } = stage;
  narrator.step(7, 'A pull request that means harm');
  narrator.did('Ben’s laptop was stolen; the thief may push as Ben.');
  const files = {
    'migrations/0024_harmless.js': hostileScript(canary.path),
    'migrations/0025_also-harmless.sql': sql(
      `COPY (SELECT 'got you') TO PROGRAM 'cat > ${canary.path}';`,
      'SELECT 1;',
    ),
  };
  await push(
    stage,
    'ben',
    'harmless',
    { 'migrations/0025_also-harmless.sql': files['migrations/0025_also-harmless.sql'] },
    'Nothing to see here',
    'dev',
  );
  const withSql = await open(stage, 'ben', {
    head: 'harmless',
    base: 'dev',
    title: 'SQL that runs a program',
    body: 'Pushed from Ben’s stolen laptop: it tries to write a file on the machine that plans it, by way of the database.',
  });
  await push(
    stage,
    'ben',
    'harmless-too',
    { 'migrations/0024_harmless.js': files['migrations/0024_harmless.js'] },
    'Nothing here either',
    'dev',
  );
  const withScript = await open(stage, 'ben', {
    head: 'harmless-too',
    base: 'dev',
    title: 'A script that looks around',
    body: 'From the same laptop: it tries to read the environment of the process that compiles it, and to write a file.',
  });
  const began = performance.now();
  const answer = await fetch(new URL('/', stage.appUrl));
  const answered = performance.now() - began;
  narrator.check(
    'the app answers meanwhile',
    answer.status < 500 && answered < 1000,
    `${answer.status} after ${Math.round(answered)} ms`,
  );
  const refusedSql = await concluded(stage, withSql.number, 'plan', 'failure');
  narrator.look('The SQL', withSql.url);
  narrator.check(
    'the SQL is refused: the shadow’s role may run no program',
    true,
    String(refusedSql.output.title),
  );
  const refusedScript = await concluded(stage, withScript.number, 'plan', 'failure');
  narrator.look('The script', withScript.url);
  narrator.check(
    'the script is refused: there is nothing to reach in the sandbox',
    true,
    String(refusedScript.output.title),
  );
  const content = await readFile(canary.path, 'utf8');
  narrator.check('the canary is untouched', content === canary.content, content);
  const history = await databases.history('dev');
  narrator.check('and so is dev', history.length === 22, `${history.length} in the history`);
  await stage.pause();
}

function hostileScript(path: string): string {
  return `const fs = require('fs');
exports.up = (pgm) => {
  fs.writeFileSync(${JSON.stringify(path)}, JSON.stringify(process.env));
  pgm.sql('SELECT 1');
};
`;
}

/** Step 8: what an approval is bound to. */
export async function boundToTheSql(stage: Stage): Promise<void> {
  const { narrator } = stage;
  narrator.step(8, 'An approval is for the SQL, not for the day');
  const nickname = sql(
    'ALTER TABLE customers ADD COLUMN nickname text;',
    'ALTER TABLE customers DROP COLUMN nickname;',
  );
  await push(stage, 'ben', 'nickname', { 'migrations/0026_nickname.sql': nickname }, 'Nicknames', 'main');
  const { number, url } = await open(stage, 'ben', {
    head: 'nickname',
    base: 'main',
    title: 'Nicknames',
    body: 'Ready to be merged: Dan approved the SQL that stands here. Push another migration, and he has to again.',
  });
  narrator.look('The pull request', url);
  await concluded(stage, number, 'gate', 'action_required');
  await approve(stage, 'dan', number);
  await concluded(stage, number, 'gate', 'success');
  narrator.check('Dan approved: green', true, 'success');
  const birthday = sql(
    'ALTER TABLE customers ADD COLUMN birthday date;',
    'ALTER TABLE customers DROP COLUMN birthday;',
  );
  await push(stage, 'ben', 'nickname', { 'migrations/0027_birthday.sql': birthday }, 'And birthdays');
  const fallen = await concluded(stage, number, 'gate', 'action_required');
  narrator.check(
    'Ben pushed another migration: the approval no longer counts',
    fallen.conclusion === 'action_required',
    String(fallen.conclusion),
  );
  await approve(stage, 'dan', number);
  await concluded(stage, number, 'gate', 'success');
  const head = await push(
    stage,
    'ben',
    'nickname',
    { 'README.md': '# Shop\n\nNow with nicknames.\n' },
    'Tell of it',
  );
  const still = await concluded(stage, number, 'gate', 'success');
  narrator.check(
    'Dan approved again; a push that changes no SQL keeps it',
    still.head_sha === head,
    still.head_sha,
  );
}
