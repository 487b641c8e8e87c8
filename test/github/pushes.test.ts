import { expect, it } from 'vitest';
import { HERE, openedPull } from '../demo/github/scene.ts';
import { commit, hosted } from './hosted.ts';

it('lists who moved a branch, by a push or by a merge on GitHub, newest first', async () => {
  const at = await hosted();
  const { number } = await openedPull(at, { branch: 'one', files: { 'a.txt': '1\n' } });
  const [first] = await at.host.pushes('main');
  await at.as('wanda').rest.pulls.merge({ ...HERE, pull_number: number });
  const merged = await at.host.branchHead('main');
  const pushed = await commit(at, 'main', { 'b.txt': '2\n' }, { by: 'ada' });
  expect(await at.host.pushes('main')).toEqual([
    { before: merged, head: pushed, login: 'ada' },
    { before: first?.head, head: merged, login: 'wanda' },
    { before: null, head: first?.head, login: first?.login },
  ]);
});
