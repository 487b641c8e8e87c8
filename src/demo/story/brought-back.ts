import { changeNames } from '../shop/change.ts';
import { sql } from '../shop/migrations.ts';
import { approve, command, merge, open, push, revert } from './acts.ts';
import { commentSaying, concluded, goneFrom, pullSaying, ranOn } from './seen.ts';
import type { Stage } from './stage.ts';

/** Step 6: the revert of the revert. `number` is any pull request, to comment on. */
export async function broughtBack(stage: Stage, number: number): Promise<void> {
  const { narrator, databases } = stage;
  narrator.step(6, 'Bringing back what was taken back');
  const answer = await command(stage, 'ben', number, '/promote prod', /reverted here/);
  narrator.check(
    '/promote prod says: reverted here, and no promotion brings it along',
    /reverted here in #\d+, and no promotion brings it along: #\d+ brings it back/.test(answer),
    answer,
  );
  const back = await pullSaying(stage, 'main', /^Bring back /);
  narrator.look('The revert of the revert', back.url);
  await concluded(stage, back.number, 'plan', 'success');
  await approve(stage, 'dan', back.number);
  await concluded(stage, back.number, 'gate', 'success');
  await merge(stage, 'ben', back.number);
  const history = await ranOn(stage, 'prod', changeNames);
  narrator.check(
    'approved and merged as any change, both are on prod again',
    history.length === 22 && (await databases.hasColumn('prod', 'orders', 'notes')),
    `${history.length} in the history`,
  );
  await stage.pause();
}

/** Step 7: no command at all, only a branch that goes back to where it was. */
export async function branchReverted(stage: Stage): Promise<void> {
  const { narrator, databases } = stage;
  narrator.step(7, 'Reverting the branch is enough');
  const files = {
    'migrations/0023_gift-wrap.sql': sql(
      'ALTER TABLE orders ADD COLUMN gift_wrap boolean;',
      'ALTER TABLE orders DROP COLUMN gift_wrap;',
    ),
  };
  await push(stage, 'ben', 'gift-wrap', files, 'Wrap gifts', 'dev');
  const { number } = await open(stage, 'ben', {
    head: 'gift-wrap',
    base: 'dev',
    title: 'Gift wrap',
    body: 'It is merged, and then taken back by GitHub’s own Revert.',
  });
  await concluded(stage, number, 'gate', 'success');
  await merge(stage, 'ben', number);
  await ranOn(stage, 'dev', ['0023_gift-wrap']);
  narrator.did('Ben merged a column into dev, thought again, and pressed GitHub’s Revert.');
  const back = await revert(stage, 'ben', number);
  narrator.look('The pull request that GitHub made', back.url);
  const plan = await commentSaying(stage, back.number, /DROP COLUMN gift_wrap/);
  narrator.check(
    'its plan is the down SQL of the migration that it removes',
    plan.includes('0023_gift-wrap'),
    plan.slice(0, 300),
  );
  await concluded(stage, back.number, 'gate', 'success');
  await merge(stage, 'ben', back.number);
  const history = await goneFrom(stage, 'dev', ['0023_gift-wrap']);
  narrator.check(
    'merged, it took the column off dev: the database is where its branch is',
    history.length === 22 && !(await databases.hasColumn('dev', 'orders', 'gift_wrap')),
    `${history.length} in the history`,
  );
  await stage.pause();
}
