import { describe, expect, it } from 'vitest';
import { HERE, openedPull, scene } from './scene.ts';

describe('the API', () => {
  it('gives lists by pages of at most a hundred, linked', async () => {
    const at = await scene();
    const wim = at.as('wim');
    const { number } = await openedPull(at, { branch: 'one', files: { 'a.txt': '1\n' } });
    for (let count = 1; count <= 105; count += 1)
      await wim.rest.issues.createComment({ ...HERE, issue_number: number, body: `Comment ${count}` });
    const first = await wim.rest.issues.listComments({ ...HERE, issue_number: number, per_page: 500 });
    expect(first.data).toHaveLength(100);
    expect(first.headers.link).toMatch(/page=2>; rel="next"/);
    const all = await wim.paginate(wim.rest.issues.listComments, {
      ...HERE,
      issue_number: number,
      per_page: 40,
    });
    expect(all.map(({ body }) => body)).toHaveLength(105);
    const runs = await wim.paginate(wim.rest.checks.listForRef, { ...HERE, ref: 'one' });
    expect(runs).toEqual([]);
  });

  it('answers 304 to who has it already', async () => {
    const at = await scene();
    const { headers } = await at.as('wim').rest.repos.get(HERE);
    const again = at.as('wim').rest.repos.get({ ...HERE, headers: { 'if-none-match': headers.etag } });
    await expect(again).rejects.toMatchObject({ status: 304 });
    expect(headers).toMatchObject({ 'x-ratelimit-limit': '5000', 'x-ratelimit-resource': 'core' });
  });

  it('answers 404 to what it does not know, and remembers it', async () => {
    const lines: string[] = [];
    const at = await scene({ log: (line) => lines.push(line) });
    await expect(at.as('wim').request('GET /repos/acme/shop/invented')).rejects.toMatchObject({
      status: 404,
    });
    await expect(at.as('wim').graphql('{ viewer { login } }')).rejects.toThrow(/does not know/);
    expect(at.github.unknownRequests).toHaveLength(2);
    expect(lines[0]).toContain('GET /repos/acme/shop/invented');
  });

  it('fails when a test says so, and only so often', async () => {
    const at = await scene();
    at.github.hooks.failNext('GET', /^\/repos\/acme\/shop$/, 502);
    await expect(at.as('wim').rest.repos.get(HERE)).rejects.toMatchObject({ status: 502 });
    await at.as('wim').rest.repos.get(HERE);
    expect(at.github.requestLog.get('GET /repos/:owner/:repo')).toBe(2);
  });

  it('cuts a tree that is too long, and says so', async () => {
    const at = await scene({ treeLimit: 2 });
    await at.github.commitFiles(at.repository, {
      branch: 'main',
      files: { 'a/b.txt': '1', 'a/c.txt': '2' },
      message: 'Many',
      author: { login: 'wim' },
    });
    const { data } = await at.as('wim').rest.git.getTree({ ...HERE, tree_sha: 'main', recursive: '1' });
    expect(data.truncated).toBe(true);
    expect(data.tree).toHaveLength(2);
  });

  it.each([
    ['a comment', 65_537, 422],
    ['a comment', 65_536, 201],
  ])('takes %s of %i characters with %i', async (_what, length, code) => {
    const at = await scene();
    const { number } = await openedPull(at, { branch: 'one', files: { 'a.txt': '1\n' } });
    const body = 'x'.repeat(length);
    const comment = at.as('rita').rest.issues.createComment({ ...HERE, issue_number: number, body });
    const [outcome] = await Promise.allSettled([comment]);
    const answer: unknown = outcome.status === 'fulfilled' ? outcome.value : outcome.reason;
    expect(answer).toMatchObject({ status: code });
  });

  it('counts a check’s summary in bytes and its annotations by fifty', async () => {
    const at = await scene();
    const { sha } = await openedPull(at, { branch: 'one', files: { 'a.txt': '1\n' } });
    const bot = (await at.asInstallation()).rest;
    const output = { title: 'T', summary: 'é'.repeat(32_768) };
    const wide = bot.checks.create({ ...HERE, name: 'plan', head_sha: sha, output });
    await expect(wide).rejects.toMatchObject({ status: 422 });
    const annotation = {
      path: 'a.txt',
      start_line: 1,
      end_line: 1,
      annotation_level: 'notice',
      message: 'm',
    } as const;
    const fifty = { title: 'T', summary: 'S', annotations: Array.from({ length: 50 }, () => annotation) };
    const { data } = await bot.checks.create({ ...HERE, name: 'plan', head_sha: sha, output: fifty });
    await bot.checks.update({ ...HERE, check_run_id: data.id, output: fifty });
    const { data: now } = await bot.checks.get({ ...HERE, check_run_id: data.id });
    expect(now.output.annotations_count).toBe(100);
    const more = { ...fifty, annotations: [...fifty.annotations, annotation] };
    await expect(bot.checks.update({ ...HERE, check_run_id: data.id, output: more })).rejects.toMatchObject({
      status: 422,
    });
  });

  it('reads a fork’s head through the base repository', async () => {
    const at = await scene();
    await at.as('rita').rest.repos.createFork(HERE);
    const fork = [...at.github.store.repositories.values()].find(
      ({ parentId }) => parentId === at.repository.id,
    );
    if (fork === undefined) throw new Error('there is no fork');
    const change = { branch: 'idea', message: 'Idea', author: { login: 'rita' } };
    await at.github.commitFiles(fork, { ...change, files: { 'idea.txt': '1\n' } });
    const rita = at.as('rita').rest;
    const { data } = await rita.pulls.create({ ...HERE, title: 'Idea', head: 'rita:idea', base: 'main' });
    expect(data.head.repo.full_name).toBe('rita/shop');
    const second = await at.github.commitFiles(fork, { ...change, files: { 'idea.txt': '2\n' } });
    const { data: ref } = await rita.git.getRef({ ...HERE, ref: `pull/${data.number}/head` });
    expect(ref.object.sha).toBe(second);
    const { data: merged } = await at.as('wim').rest.pulls.merge({ ...HERE, pull_number: data.number });
    expect(merged.merged).toBe(true);
  });

  it('follows a symlink in contents, and shows it as one in the tree', async () => {
    const at = await scene();
    const wim = at.as('wim').rest;
    const { data: main } = await wim.git.getRef({ ...HERE, ref: 'heads/main' });
    const { data: tree } = await wim.git.createTree({
      ...HERE,
      base_tree: main.object.sha,
      tree: [{ path: 'link.md', mode: '120000', type: 'blob', content: 'README.md' }],
    });
    const { data: commit } = await wim.git.createCommit({
      ...HERE,
      message: 'Link',
      tree: tree.sha,
      parents: [main.object.sha],
    });
    await wim.git.updateRef({ ...HERE, ref: 'heads/main', sha: commit.sha });
    const { data } = await wim.repos.getContent({ ...HERE, path: 'link.md' });
    expect(data).toMatchObject({ type: 'file', path: 'link.md' });
    expect(tree.tree.find(({ path }) => path === 'link.md')?.mode).toBe('120000');
  });

  it('refuses a ref that would lose commits, unless it is forced', async () => {
    const at = await scene();
    const { data: main } = await at.as('wim').rest.git.getRef({ ...HERE, ref: 'heads/main' });
    await openedPull(at, { branch: 'one', files: { 'a.txt': '1\n' } });
    const back = { ...HERE, ref: 'heads/one', sha: main.object.sha };
    await expect(at.as('wim').rest.git.updateRef(back)).rejects.toMatchObject({ status: 422 });
    await at.as('wim').rest.git.updateRef({ ...back, force: true });
    const { data } = await at.as('wim').rest.pulls.get({ ...HERE, pull_number: 1 });
    expect(data).toMatchObject({ state: 'closed', merged: false });
  });
});
