import { describe, expect, it } from 'vitest';
import { HERE, openedPull } from '../demo/github/scene.ts';
import { commit, git, hosted, longBranch, type Hosted } from './hosted.ts';

const text = (bytes: Uint8Array | null): string | null =>
  bytes === null ? null : Buffer.from(bytes).toString();

/** Commits a tree that no API makes; returns the commit. */
async function oddTree(at: Hosted, lines: readonly string[], parent: string): Promise<string> {
  const tree = await git(at, ['mktree', '--missing'], `${lines.join('\n')}\n`);
  return git(at, ['commit-tree', tree, '-p', parent, '-m', 'odd']);
}

describe('the tree of a commit', () => {
  it('is listed below a folder, by blobs', async () => {
    const at = await hosted();
    const sha = await commit(at, 'work', {
      'db/migrations/001_a.sql': 'SELECT 1;\n',
      'db/migrations/sub/ünïcode name.sql': 'SELECT 2;\n',
      'other/x.sql': 'SELECT 3;\n',
    });
    const tree = await at.host.list(sha, 'db/migrations');
    if (tree.kind !== 'found') throw new Error(tree.kind);
    expect(tree.entries.map(({ path, mode, size }) => ({ path, mode, size }))).toEqual([
      { path: 'db/migrations/001_a.sql', mode: '100644', size: 10 },
      { path: 'db/migrations/sub/ünïcode name.sql', mode: '100644', size: 10 },
    ]);
    const blob = tree.entries[0]?.blob ?? '';
    expect(text(await at.host.read(blob))).toBe('SELECT 1;\n');
    expect(await at.host.list(sha, 'db/none')).toEqual({ kind: 'missing' });
    expect(await at.host.list(sha, 'db/migrations/001_a.sql')).toEqual({ kind: 'missing' });
    expect(await at.host.list('f'.repeat(40), 'db')).toEqual({ kind: 'missing' });
  });

  it('is read byte for byte, whether one file is asked for or many at once', async () => {
    const at = await hosted();
    const contents = [
      Buffer.from('SELECT 1;\n'),
      Buffer.from('SELECT 2; -- naïve ☂\r\n'),
      Buffer.from([0x53, 0x00, 0x45, 0x0a]),
      Buffer.from([0x53, 0xff, 0xfe, 0x0a]),
      Buffer.from('\ufeffSELECT 3;\n'),
      Buffer.from('-- long\n'.repeat(100_000)),
    ];
    const blobs: string[] = [];
    for (const content of contents) {
      const made = { ...HERE, content: content.toString('base64'), encoding: 'base64' };
      blobs.push((await at.as('ada').rest.git.createBlob(made)).data.sha);
    }
    const together = await Promise.all(blobs.map((blob) => at.host.read(blob)));
    expect(
      together.map((read) => Buffer.from(read).equals(contents[together.indexOf(read)] ?? Buffer.of())),
    ).toEqual(contents.map(() => true));
    for (const [index, blob] of blobs.entries()) {
      expect(Buffer.from(await at.host.read(blob)).equals(contents[index] ?? Buffer.of())).toBe(true);
    }
    expect(at.github.requestLog.get('POST /graphql repository')).toBe(1);
  });

  it('says what went wrong to each of many that ask at once', async () => {
    const at = await hosted();
    const none = ['a', 'b'].map((digit) => at.host.read(digit.repeat(40)));
    expect((await Promise.allSettled(none)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });

  it('shows symlinks and submodules as what they are, and follows none', async () => {
    const at = await hosted();
    const parent = await commit(at, 'work', { 'migrations/001_a.sql': 'SELECT 1;\n' });
    const blob = '96d80cd6c4e7158dbebd0849f4fb7ce513e5828c';
    const { data: made } = await at.as('ada').rest.git.createBlob({ ...HERE, content: '/etc/passwd' });
    const odd = await oddTree(
      at,
      [`120000 blob ${made.sha}\tlink.sql`, `160000 commit ${blob}\tmodule`],
      parent,
    );
    const tree = await at.host.list(odd, '');
    if (tree.kind !== 'found') throw new Error(tree.kind);
    expect(tree.entries.map(({ path, mode }) => `${mode} ${path}`)).toEqual([
      '120000 link.sql',
      '160000 module',
    ]);
    expect(await at.host.readFile(odd, 'link.sql')).toBeNull();
  });

  it('that GitHub lists only in part is given not at all', async () => {
    const at = await hosted({ treeLimit: 5 });
    const files = Object.fromEntries(
      Array.from({ length: 8 }, (_, index) => [`migrations/00${index}_a.sql`, 'SELECT 1;\n']),
    );
    const sha = await commit(at, 'work', files);
    expect(await at.host.list(sha, 'migrations')).toEqual({ kind: 'truncated' });
  });
});

describe('a file', () => {
  it('is read from a branch or a commit, wherever it lies', async () => {
    const at = await hosted();
    const sha = await commit(at, 'release/1', { '.github/tidegate.yml': 'version: 1\n' });
    expect(text(await at.host.readFile('release/1', '.github/tidegate.yml'))).toBe('version: 1\n');
    expect(text(await at.host.readFile(sha, '.github/tidegate.yml'))).toBe('version: 1\n');
    expect(text(await at.host.readFile('main', 'README.md'))).toBe('# Shop\n');
    expect(await at.host.readFile('main', '.github/tidegate.yml')).toBeNull();
    expect(await at.host.readFile('nowhere', 'README.md')).toBeNull();
  });

  it('is the branch’s own also where a tag has its name', async () => {
    const at = await hosted();
    const evil = await commit(at, 'evil', { 'README.md': 'weakened\n' });
    await at.as('wim').rest.git.createRef({ ...HERE, ref: 'refs/tags/main', sha: evil });
    expect(text(await at.host.readFile('main', 'README.md'))).toBe('# Shop\n');
  });
});

describe('a branch', () => {
  it('has a head, first parents and a merge base', async () => {
    const at = await hosted();
    const start = (await at.host.branchHead('main')) ?? '';
    const first = await openedPull(at, { branch: 'one', files: { 'a.txt': 'a\n' } });
    const second = await openedPull(at, { branch: 'two', files: { 'b.txt': 'b\n' } });
    await at.as('ada').rest.pulls.merge({ ...HERE, pull_number: first.number });
    await at.as('ada').rest.pulls.merge({ ...HERE, pull_number: second.number, merge_method: 'squash' });
    const head = (await at.host.branchHead('main')) ?? '';
    const walked = await at.host.firstParentCommits(start, head);
    expect(walked?.map(({ message }) => message.split('\n')[0])).toEqual([
      `Merge pull request #${first.number} from acme/one`,
      `Pull two (#${second.number})`,
    ]);
    expect(walked?.map(({ firstParent }) => firstParent)).toEqual([start, walked?.[0]?.sha]);
    expect(await at.host.firstParentCommits(head, head)).toEqual([]);
    expect(await at.host.firstParentCommits(first.sha, head)).toBeNull();
    expect(await at.host.firstParentCommits(head, start)).toBeNull();
    expect(await at.host.mergeBase(head, first.sha)).toBe(first.sha);
    expect(await at.host.mergeBase('dev', second.sha)).toBe(start);
    expect(await at.host.branchHead('nowhere')).toBeNull();
    expect(await at.host.commit(head)).toMatchObject({ sha: head, author: 'wim' });
    expect(await at.host.commit('f'.repeat(40))).toBeNull();
  });

  it('is walked over as many pages as it takes', async () => {
    const at = await hosted();
    const start = (await at.host.branchHead('main')) ?? '';
    const head = await longBranch(at, 'long', 130);
    const walked = await at.host.firstParentCommits(start, head);
    expect(walked).toHaveLength(130);
    expect(walked?.at(-1)?.sha).toBe(head);
  });
});

describe('a pull request', () => {
  it('is read with the branch’s present tip, and found again by what it brought', async () => {
    const at = await hosted();
    const pull = await openedPull(at, { branch: 'one', base: 'dev', files: { 'a.txt': 'a\n' } });
    const tip = await commit(at, 'dev', { 'c.txt': 'c\n' }, { by: 'ada' });
    const open = await at.host.pullRequest(pull.number);
    expect(open).toMatchObject({
      number: pull.number,
      author: 'wim',
      authorIsBot: false,
      authorIsNewcomer: false,
      state: 'open',
      head: pull.sha,
      headBranch: 'one',
      fromFork: false,
      base: 'dev',
      baseCommit: tip,
    });
    expect(await at.host.openPullRequests('dev')).toEqual([
      {
        ...open,
        mergeable: null,
        mergeCommit: null,
        reviewCount: null,
        reviews: undefined,
        commitCount: undefined,
        updatedAt: expect.any(Date) as Date,
      },
    ]);
    expect(await at.host.openPullRequests('main')).toEqual([]);
    const { data: merged } = await at.as('ada').rest.pulls.merge({ ...HERE, pull_number: pull.number });
    const found = await at.host.mergedPullRequestsOf(merged.sha, 'dev');
    expect(found).toMatchObject([
      { number: pull.number, state: 'merged', mergeCommit: merged.sha, mergedBy: 'ada' },
    ]);
    expect(await at.host.mergedPullRequestsOf(merged.sha, 'main')).toEqual([]);
    expect(await at.host.pullRequest(999)).toBeNull();
  });
});

describe('the App', () => {
  it('knows its repositories by id, under any name, while it is installed', async () => {
    const at = await hosted();
    expect(await at.hosts.appLogin()).toBe('tide[bot]');
    expect(await at.hosts.repositories()).toMatchObject([
      { id: at.repository.id, owner: 'acme', name: 'shop', defaultBranch: 'main', archived: false },
    ]);
    await at.as('ada').rest.repos.update({ ...HERE, name: 'store' });
    const renamed = await at.hosts.forRepository(at.repository.id);
    expect(renamed?.repository.name).toBe('store');
    expect(await renamed?.branchHead('main')).toMatch(/^[0-9a-f]{40}$/);
    expect(await at.hosts.forRepository(424_242)).toBeNull();
    at.github.suspend(at.installation, true);
    expect(await at.hosts.forRepository(at.repository.id)).toBeNull();
    at.github.suspend(at.installation, false);
    expect(await at.hosts.forRepository(at.repository.id)).not.toBeNull();
  });

  it('finds a repository that was installed anew', async () => {
    // The description asks for more of the webhook about the removal than GitHub's examples have.
    const at = await hosted({ onDelivery: () => undefined });
    at.github.uninstallApp(at.app, at.repository);
    expect(await at.hosts.forRepository(at.repository.id)).toBeNull();
    at.github.installApp(at.app, at.repository);
    expect(await at.hosts.forRepository(at.repository.id)).not.toBeNull();
  });
});
