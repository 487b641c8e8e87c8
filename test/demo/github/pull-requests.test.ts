import { describe, expect, it } from 'vitest';
import { HERE, openedPull, scene, textOf } from './scene.ts';

describe('a pull request', () => {
  it('follows its branch when somebody pushes', async () => {
    const at = await scene();
    const { number } = await openedPull(at, { branch: 'feature', files: { 'a.txt': 'one\n' } });
    const second = await at.github.commitFiles(at.repository, {
      branch: 'feature',
      files: { 'b.txt': 'two\n' },
      message: 'More',
      author: { login: 'wanda' },
    });
    const { data } = await at.as('wim').rest.pulls.get({ ...HERE, pull_number: number });
    expect(data.head.sha).toBe(second);
    expect(data.commits).toBe(2);
    const { data: files } = await at.as('wim').rest.pulls.listFiles({ ...HERE, pull_number: number });
    expect(files.map((file) => file.filename)).toEqual(['a.txt', 'b.txt']);
    const { data: ref } = await at.as('wim').rest.git.getRef({ ...HERE, ref: `pull/${number}/head` });
    expect(ref.object.sha).toBe(second);
  });

  it('says late whether it can be merged, and then shows its test merge', async () => {
    const at = await scene();
    const { number } = await openedPull(at, { branch: 'feature', files: { 'a.txt': 'one\n' } });
    const first = await at.as('wim').rest.pulls.get({ ...HERE, pull_number: number });
    expect(first.data.mergeable).toBeNull();
    const second = await at.as('wim').rest.pulls.get({ ...HERE, pull_number: number });
    expect(second.data.mergeable).toBe(true);
    expect(second.data.mergeable_state).toBe('clean');
    const { data: ref } = await at.as('wim').rest.git.getRef({ ...HERE, ref: `pull/${number}/merge` });
    expect(ref.object.sha).toBe(second.data.merge_commit_sha);
  });

  it.each(['merge', 'squash', 'rebase'] as const)(
    'keeps the first one’s file when a second is merged by %s',
    async (method) => {
      const at = await scene();
      const one = await openedPull(at, { branch: 'one', files: { 'one.txt': '1\n' } });
      const two = await openedPull(at, { branch: 'two', files: { 'two.txt': '2\n' } });
      await at.as('wim').rest.pulls.merge({ ...HERE, pull_number: one.number, merge_method: method });
      const { data } = await at
        .as('wim')
        .rest.pulls.merge({ ...HERE, pull_number: two.number, merge_method: method });
      expect(await textOf(at, 'one.txt', 'main')).toBe('1\n');
      expect(await textOf(at, 'two.txt', 'main')).toBe('2\n');
      const { data: merged } = await at.as('wim').rest.pulls.get({ ...HERE, pull_number: two.number });
      expect(merged).toMatchObject({ merged: true, state: 'closed', merge_commit_sha: data.sha });
      const { data: tip } = await at.as('wim').rest.repos.getCommit({ ...HERE, ref: 'main' });
      expect(tip.sha).toBe(data.sha);
      expect(tip.parents).toHaveLength(method === 'merge' ? 2 : 1);
    },
  );
});
