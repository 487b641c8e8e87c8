import { sql } from '../shop/migrations.ts';
import { approve, command, label, merge, open, push } from './acts.ts';
import { environmentNames } from './databases.ts';
import { checkSaying, concluded, pullSaying, ranOn } from './seen.ts';
import type { Stage } from './stage.ts';

const names = ['0026_nickname', '0027_birthday'];

/** Step 10: what an approval is bound to, on a hotfix. Returns its number. */
export async function boundToTheSql(stage: Stage): Promise<number> {
  const { narrator } = stage;
  narrator.step(10, 'A hotfix, and an approval that is for the SQL, not for the day');
  const number = await hotfix(stage);
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
  const readme = { 'README.md': '# Shop\n\nNow with nicknames.\n' };
  const head = await push(stage, 'ben', 'nickname', readme, 'Tell of it');
  const still = await concluded(stage, number, 'gate', 'success');
  narrator.check(
    'Dan approved again; a push that changes no SQL keeps it',
    still.head_sha === head,
    still.head_sha,
  );
  await stage.pause();
  return number;
}

/** A pull request straight to prod, let past by its label. Returns its number. */
async function hotfix(stage: Stage): Promise<number> {
  const { narrator } = stage;
  const nickname = sql(
    'ALTER TABLE customers ADD COLUMN nickname text;',
    'ALTER TABLE customers DROP COLUMN nickname;',
  );
  await push(stage, 'ben', 'nickname', { 'migrations/0026_nickname.sql': nickname }, 'Nicknames', 'main');
  const { number, url } = await open(stage, 'ben', {
    head: 'nickname',
    base: 'main',
    title: 'Nicknames',
    body: 'It cannot wait for dev and qa, so it carries the label that the rules of prod let past.',
  });
  narrator.look('The pull request', url);
  const plan = await concluded(stage, number, 'plan', 'failure');
  narrator.check(
    'without a label it is refused: it has not run on qa',
    (plan.output.summary ?? '').includes('let past by the label `hotfix`'),
    String(plan.output.summary),
  );
  await label(stage, 'ben', number, 'hotfix');
  const letPast = await checkSaying(stage, number, 'plan', /a hotfix: it has not run on/);
  narrator.check(
    'with the label hotfix its plan is green',
    letPast.conclusion === 'success',
    String(letPast.conclusion),
  );
  await concluded(stage, number, 'gate', 'action_required');
  return number;
}

/** Step 11: what came another way reaches the environments before as well. */
export async function flowsDown(stage: Stage, number: number): Promise<void> {
  const { narrator, databases } = stage;
  narrator.step(11, 'The hotfix flows down');
  await merge(stage, 'ben', number);
  await ranOn(stage, 'prod', names);
  const toQa = await pullSaying(stage, 'qa', /^Take to qa what ran on prod/);
  const toDev = await pullSaying(stage, 'dev', /^Take to dev what ran on prod/);
  narrator.look('Applied to prod, it was proposed to qa', toQa.url);
  narrator.look('and to dev', toDev.url);
  const status = await command(stage, 'ben', number, '/status', /Pending/);
  narrator.check(
    '/status says that dev and qa are behind prod by 2',
    status.split('\n').filter((line) => /^\| `(dev|qa)` .*behind `prod` by 2/.test(line)).length === 2,
    status,
  );
  await approve(stage, 'eve', toQa.number);
  for (const pull of [toQa, toDev]) {
    await concluded(stage, pull.number, 'gate', 'success');
    await merge(stage, 'ben', pull.number);
  }
  for (const name of ['qa', 'dev'] as const) await ranOn(stage, name, names);
  const histories = await Promise.all(environmentNames.map((name) => databases.history(name)));
  narrator.check(
    'merged, all three have the same history',
    new Set(histories.map((history) => history.join())).size === 1,
    histories.map((history) => history.length).join(', '),
  );
  await stage.pause();
}
