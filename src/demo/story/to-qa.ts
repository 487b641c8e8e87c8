import { changeNames } from '../shop/change.ts';
import { approve, close, command, merge, open } from './acts.ts';
import { shop } from './people.ts';
import { checkSaying, commentSaying, concluded, pullSaying, ranOn } from './seen.ts';
import type { Stage } from './stage.ts';

/** There is no way past an environment. */
export async function noShortcut(stage: Stage): Promise<void> {
  const { narrator } = stage;
  const { number, url } = await open(stage, 'ben', {
    head: 'order-notes',
    base: 'main',
    title: 'Order notes, straight to prod',
    body: 'It has run on dev alone, so prod does not take it: there it has to come from qa.',
  });
  narrator.look('Straight to prod', url);
  const plan = await checkSaying(stage, number, 'plan', /has never run there/);
  narrator.check(
    'prod takes only what has run on qa: the plan is red',
    plan.conclusion === 'failure',
    String(plan.conclusion),
  );
  await close(stage, 'ben', number);
}

/** What `/promote` opens, merged by the approval of those whom qa asks. `inDev` is the pull request that brought it to dev. */
export async function promotedToQa(stage: Stage, inDev: number): Promise<void> {
  const { narrator } = stage;
  const answer = await command(stage, 'ben', inDev, '/promote qa', /promotes/);
  const { number, url } = await pullSaying(stage, 'qa', /^Promote dev to qa/);
  narrator.look('Ben commented /promote qa, and Tidegate opened', url);
  narrator.check(
    'the answer names what goes to qa',
    changeNames.every((name) => answer.includes(name)),
    answer,
  );
  const { data: pull } = await stage.team.ben.rest.pulls.get({ ...shop, pull_number: number });
  narrator.check(
    'its text is a changelog: each migration with its pull request and author',
    (pull.body ?? '').includes(`#${inDev} “Order notes” by \`ben\``),
    String(pull.body),
  );
  const record = await commentSaying(stage, number, /Promotion from `dev`/);
  narrator.check(
    'its record says of both when they ran on dev, and that the content is the same',
    record.split('\n').filter((line) => /✅.*ready.*UTC \(#\d+\).*the same/.test(line)).length === 2,
    record,
  );
  await approve(stage, 'dan', number);
  const afterDan = await checkSaying(stage, number, 'gate', /dan/);
  narrator.check(
    'Dan’s approval does not count for qa, which is the testers’',
    afterDan.conclusion === 'action_required',
    String(afterDan.conclusion),
  );
  await approve(stage, 'eve', number);
  await concluded(stage, number, 'gate', 'success');
  await merge(stage, 'ben', number);
  const qa = await ranOn(stage, 'qa', changeNames);
  narrator.check(
    'Eve of the testers approved; the same two were applied to qa',
    qa.length === 22,
    qa.slice(-2).join(', '),
  );
}
