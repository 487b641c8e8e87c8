import { describe, expect, it } from 'vitest';
import { coAuthors } from '../../src/github/co-authors.ts';
import { HERE, openedPull } from '../demo/github/scene.ts';
import { commit, hosted, longBranch, type Hosted } from './hosted.ts';

async function contributorsOf(at: Hosted, number: number): Promise<readonly string[]> {
  const { people, complete } = await at.host.contributors(number);
  expect(complete).toBe(true);
  return people.map(({ login, as }) => `${login} ${as}`).sort();
}

const opened = ['wim author', 'wim committer'];

describe('who wrote in a pull request', () => {
  it('is who opened it, and the authors and committers of its commits', async () => {
    const at = await hosted();
    const pull = await openedPull(at, { branch: 'one', files: { 'a.txt': 'a\n' } });
    await commit(at, 'one', { 'b.txt': 'b\n' }, { by: 'wanda' });
    await commit(
      at,
      'one',
      { 'c.txt': 'c\n' },
      { by: 'sid', committer: { name: 'Rita', email: 'rita@example.com' } },
    );
    expect(await contributorsOf(at, pull.number)).toEqual([
      'rita committer',
      'sid author',
      'wanda author',
      'wanda committer',
      ...opened,
    ]);
  });

  it('is co-authors, by noreply addresses, by other commits, or by the address alone', async () => {
    const at = await hosted();
    const pull = await openedPull(at, { branch: 'one', files: { 'a.txt': 'a\n' } });
    await commit(
      at,
      'one',
      { 'b.txt': 'b\n' },
      {
        coAuthors: [
          { name: 'Ada', email: '17+ada@users.noreply.github.com' },
          { name: 'Wim', email: 'WIM@example.com' },
          { name: 'Stranger', email: 'who@example.org' },
        ],
      },
    );
    expect(await contributorsOf(at, pull.number)).toEqual([
      'ada co-author',
      'who@example.org co-author',
      'wim author',
      'wim co-author',
      'wim committer',
    ]);
  });

  it('is a co-author whose last commit under that address is not the newest of the repository', async () => {
    const at = await hosted();
    const pull = await openedPull(at, { branch: 'one', files: { 'a.txt': 'a\n' } });
    await commit(at, 'main', { 'w.txt': 'w\n' }, { by: 'wanda' });
    await commit(at, 'main', { 'x.txt': 'x\n' }, { by: 'ada' });
    const coAuthors = [{ name: 'Wanda', email: 'wanda@example.com' }];
    await commit(at, 'one', { 'b.txt': 'b\n' }, { coAuthors });
    expect(await contributorsOf(at, pull.number)).toContain('wanda co-author');
  });

  it('is nobody by "Update branch", and nobody by a merge that only brings the base in', async () => {
    const at = await hosted();
    const pull = await openedPull(at, { branch: 'one', files: { 'a.txt': 'a\n' } });
    await commit(at, 'main', { 'base.txt': 'base\n', 'README.md': null }, { by: 'ada' });
    await at.as('wanda').rest.pulls.updateBranch({ ...HERE, pull_number: pull.number });
    await expect
      .poll(async () => (await at.host.pullRequest(pull.number))?.head, { timeout: 10_000 })
      .not.toBe(pull.sha);
    expect(await contributorsOf(at, pull.number)).toEqual(opened);
  });

  it('is who made a merge that holds more than the base branch, whoever it names as its committer', async () => {
    const at = await hosted();
    const pull = await openedPull(at, { branch: 'one', files: { 'a.txt': 'a\n' } });
    const main = await commit(at, 'main', { 'base.txt': 'base\n' }, { by: 'ada' });
    const wanda = at.as('wanda');
    const { data: blob } = await wanda.rest.git.createBlob({ ...HERE, content: 'DROP TABLE orders;\n' });
    const { data: tree } = await wanda.rest.git.createTree({
      ...HERE,
      base_tree: main,
      tree: [{ path: 'evil.sql', mode: '100644', type: 'blob', sha: blob.sha }],
    });
    const { data: merge } = await wanda.rest.git.createCommit({
      ...HERE,
      message: "Merge branch 'main' into one",
      tree: tree.sha,
      parents: [pull.sha, main],
      author: { name: 'Wanda', email: 'wanda@example.com' },
      committer: { name: 'GitHub', email: 'noreply@github.com' },
    });
    await wanda.rest.git.updateRef({ ...HERE, ref: 'heads/one', sha: merge.sha });
    expect(await contributorsOf(at, pull.number)).toEqual(['wanda author', ...opened]);
  });

  it('cannot be told where GitHub lists no more commits', async () => {
    const at = await hosted();
    await longBranch(at, 'long', 251);
    const { data: pull } = await at
      .as('wim')
      .rest.pulls.create({ ...HERE, title: 'Long', head: 'long', base: 'main' });
    expect((await at.host.contributors(pull.number)).complete).toBe(false);
  });
});

describe('the co-authors of a message', () => {
  it.each<[string, readonly [string, string | null][]]>([
    ['Work\n\nCo-authored-by: Ada <ada@example.com>', [['ada@example.com', null]]],
    ['co-AUTHORED-by: Ada <1+ada@users.noreply.github.com>', [['1+ada@users.noreply.github.com', 'ada']]],
    ['Co-authored-by: Ada <ada@users.noreply.github.com>\r\n', [['ada@users.noreply.github.com', 'ada']]],
    [
      'Co-authored-by: A <5+a-b_x@users.noreply.git.acme.com> ',
      [['5+a-b_x@users.noreply.git.acme.com', 'a-b_x']],
    ],
    ['see Co-authored-by: Ada <ada@example.com>', []],
    ['Co-authored-by: Ada', []],
  ])('%j', (message, found) => {
    expect(coAuthors(message).map(({ address, login }) => [address, login])).toEqual(found);
  });

  it('are read at once from a message of any size', () => {
    const started = performance.now();
    for (const piece of ['\n', 'Co-authored-by: ', 'co-authored-by:<', ' ', '<']) {
      coAuthors(piece.repeat(1_000_000 / piece.length));
    }
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});
