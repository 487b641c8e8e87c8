import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readTree, resolveCommit, writeBlob, writeTree } from '../../../src/demo/github/git/objects.ts';
import { writeRef } from '../../../src/demo/github/git/refs.ts';
import { gitRepository, initialise, type GitRepository } from '../../../src/demo/github/git/repository.ts';
import { startGitRunner, type GitRunner } from '../../../src/demo/github/git/runner.ts';
import { writeCommit } from '../../../src/demo/github/git/commits.ts';

const signature = { name: 'Ada', email: 'ada@acme.example', date: '2026-01-01T00:00:00Z' };

describe('the git that reads objects', () => {
  let directory = '';
  let runner: GitRunner;
  let git: GitRepository;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'tidegate-objects-'));
    runner = startGitRunner();
    git = gitRepository(runner, directory, '/usr/local/bin:/usr/bin:/bin');
    await initialise(git, 'main');
  });
  afterEach(async () => {
    git.objects.close();
    runner.close();
    await rm(directory, { recursive: true, force: true });
  });

  async function commitOf(files: Readonly<Record<string, string>>): Promise<string> {
    const changes = [];
    for (const [path, content] of Object.entries(files)) {
      changes.push({ path, mode: '100644', sha: await writeBlob(git, content) });
    }
    const tree = await writeTree(git, null, changes, join(directory, 'an-index'));
    return writeCommit(git, { tree, parents: [], author: signature, committer: signature, message: 'One' });
  }

  it('answers many questions at once, each with its own', async () => {
    const large = 'x'.repeat(300_000);
    const [small, big] = [await writeBlob(git, 'small\n'), await writeBlob(git, large)];
    const asked = [small, big, '0'.repeat(40), small, 'refs/heads/none', big];
    const found = await Promise.all(asked.map((name) => git.objects.content(name)));
    expect(found.map((content) => content?.length)).toEqual([6, 300_000, undefined, 6, undefined, 300_000]);
    expect(await git.objects.header(small)).toEqual({ sha: small, type: 'blob', size: 6 });
  });

  it('sees what was written after it had looked, and where a branch points now', async () => {
    expect(await git.objects.header('5a8b7fb9b6f8f8ff0d6f6ec2fd6a3f5e5a3f0000')).toBeUndefined();
    expect(await resolveCommit(git, 'main')).toBeUndefined();
    const first = await commitOf({ a: 'one' });
    await writeRef(git, 'refs/heads/main', first);
    expect(await resolveCommit(git, 'main')).toBe(first);
    const second = await commitOf({ a: 'two' });
    await writeRef(git, 'refs/heads/main', second);
    expect(await resolveCommit(git, 'main')).toBe(second);
    await git.run(['pack-refs', '--all']);
    await git.run(['update-ref', 'refs/heads/main', first]);
    expect(await resolveCommit(git, 'main')).toBe(first);
    expect(await resolveCommit(git, second.slice(0, 12))).toBe(second);
  });

  it('takes a name of two lines for none, and answers the next question', async () => {
    const blob = await writeBlob(git, 'content');
    expect(await git.objects.header(`${blob}\ninfo ${blob}`)).toBeUndefined();
    expect(await git.objects.content(blob)).toEqual(Buffer.from('content'));
  });

  it('is started again after it was ended', async () => {
    const blob = await writeBlob(git, 'content');
    await git.objects.content(blob);
    git.objects.close();
    expect(await git.objects.content(blob)).toEqual(Buffer.from('content'));
  });

  it('lists a tree as git ls-tree does', async () => {
    const commit = await commitOf({ 'a b': '1', 'é/ö.sql': '22', 'é/z/deep': '333', z: '' });
    const tree = `${commit}^{tree}`;
    const listed = await git.text(['ls-tree', '-z', '-r', '-t', '-l', commit]);
    const sha = (await git.objects.header(tree))?.sha ?? '';
    const shown = (await readTree(git, sha, true)).map(
      ({ mode, type, sha: id, size, path }) =>
        `${mode} ${type} ${id} ${String(size ?? '-').padStart(7)}\t${path}\0`,
    );
    expect(shown.join('')).toBe(listed);
    expect((await readTree(git, sha, false)).map(({ path }) => path)).toEqual(['a b', 'z', 'é']);
  });
});
