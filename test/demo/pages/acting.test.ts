import { describe, expect, it } from 'vitest';
import { localPath } from '../../../src/demo/github/pages/exchange.ts';
import { HERE, openedPull, ruleset, textOf, type Scene } from '../github/scene.ts';
import { migration, reviewedPull, scenePull } from './reviewed-pull.ts';
import { visitor, visitorAs } from './visitor.ts';

async function mergedBy(at: Scene, number: number): Promise<string | undefined> {
  return (await at.as('ada').rest.pulls.get({ ...HERE, pull_number: number })).data.merged_by?.login;
}

describe('who somebody acts as', () => {
  it('is chosen on a page, kept, changed and given up', async () => {
    const { origin, path } = await reviewedPull();
    const browser = visitor(origin);
    expect((await browser.open(path)).text).toContain('You only look on Choose who you act as');
    await browser.open(`/_act-as?return_to=${encodeURIComponent(path)}`);
    const back = await browser.send('/_act-as', { login: 'rita' });
    expect([back.path, back.text]).toEqual([path, expect.stringContaining('You act as rita')]);
    await browser.open('/_act-as');
    expect((await browser.send('/_act-as', { login: '' })).text).toContain('You only look on');
  });

  it('decides what may be seen: a stranger finds no private repository', async () => {
    const { origin, path } = await reviewedPull();
    const sid = await visitorAs(origin, 'sid');
    expect((await sid.open(path)).status).toBe(404);
    expect((await sid.open('/')).text).toContain('There is no repository here that you may see.');
  });

  it('never leads away to another site', async () => {
    const { origin } = await reviewedPull();
    const browser = visitor(origin);
    for (const elsewhere of [
      'https://evil.example/',
      '//evil.example',
      '/\\evil.example',
      '/a\r\nset-cookie: x=1',
    ]) {
      await browser.open(`/_act-as?return_to=${encodeURIComponent(elsewhere)}`);
      expect((await browser.send('/_act-as', { login: 'ada' })).path).toBe('/');
      expect(localPath(elsewhere)).toBe('/');
    }
  });
});

describe('reviewing and commenting by hand', () => {
  it('a comment appears in the conversation and reaches the App', async () => {
    const { at, origin, path } = await reviewedPull();
    const wim = await visitorAs(origin, 'wim');
    await wim.open(path);
    const shown = await wim.send(`${path}/comment`, { body: '/plan\r\nplease' });
    expect(shown.text).toContain('wim commented');
    await at.github.hooks.idle();
    const hook = at.received.findLast(({ event }) => event === 'issue_comment');
    expect(hook?.payload).toMatchObject({
      action: 'created',
      comment: { body: '/plan\nplease', user: { login: 'wim' } },
    });
  });

  it('an approval by somebody with write counts', async () => {
    const { origin, path, number, at } = await reviewedPull();
    const wanda = await visitorAs(origin, 'wanda');
    await wanda.open(path);
    const shown = await wanda.send(`${path}/review`, { verdict: 'approve', body: '' });
    expect(shown.text).toContain('wanda approved these changes');
    expect(shown.text).toContain('Changes approved 1 approving review by reviewers with write access.');
    const { data } = await at.as('ada').rest.pulls.listReviews({ ...HERE, pull_number: number });
    expect(data.map(({ user, state }) => [user?.login, state])).toContainEqual(['wanda', 'APPROVED']);
  });

  it('what GitHub refuses is refused in its words', async () => {
    const { origin, path } = await reviewedPull();
    const wim = await visitorAs(origin, 'wim');
    await wim.open(path);
    const own = await wim.send(`${path}/review`, { verdict: 'approve', body: '' });
    expect(own.text).toContain('Can not approve your own pull request (422)');
    const blank = await wim.send(`${path}/comment`, { body: ' ' });
    expect(blank.text).toContain('Body cannot be blank (422)');
    expect((await wim.open(path)).text).not.toContain('Body cannot be blank');
  });

  it('a review of a head that has moved is not taken for the new one', async () => {
    const { at, origin, path } = await reviewedPull();
    const wanda = await visitorAs(origin, 'wanda');
    await wanda.open(path);
    const files = { 'README.md': 'changed meanwhile\n' };
    await at.github.commitFiles(at.repository, {
      branch: 'feature/add-email',
      files,
      message: 'More',
      author: { login: 'wim' },
    });
    const shown = await wanda.send(`${path}/review`, { verdict: 'approve', body: '' });
    expect(shown.text).toContain('Head branch was modified. Look at the new commits and review again. (409)');
  });
});

describe('merging by hand', () => {
  it.each([
    ['merge', 2],
    ['squash', 1],
    ['rebase', 1],
  ])('by %s puts the change on the base branch', async (method, parents) => {
    const { at, origin, path, number } = await scenePull();
    const wim = await visitorAs(origin, 'wim');
    await wim.open(path);
    const shown = await wim.send(`${path}/merge`, { method });
    expect(shown.text).toContain('Pull request successfully merged. ');
    expect(shown.text).toContain('wim merged 1 commit into main from feature/plain');
    expect(await textOf(at, 'plain.txt', 'main')).toBe('plain\n');
    expect(await mergedBy(at, number)).toBe('wim');
    const { data } = await at.as('ada').rest.repos.getCommit({ ...HERE, ref: 'main' });
    expect(data.parents).toHaveLength(parents);
  });

  it('is refused while something is missing, whoever sends the form', async () => {
    const { at, origin, path, number } = await reviewedPull();
    for (const login of ['wim', 'ada', 'rita']) {
      const browser = await visitorAs(origin, login);
      await browser.open(path);
      const shown = await browser.send(`${path}/merge`, { method: 'merge' });
      expect(shown.text).toContain('Required status check "tide / gate (prod)" is failing. (405)');
    }
    const { data } = await at.as('ada').rest.pulls.get({ ...HERE, pull_number: number });
    expect(data.merged).toBe(false);
  });

  it('an administrator may pass over protection, having said so; others may not', async () => {
    const { at, origin, path, number } = await reviewedPull();
    const wim = await visitorAs(origin, 'wim');
    expect((await wim.open(path)).text).not.toContain('bypass branch protections');
    expect((await wim.send(`${path}/merge`, { method: 'merge', bypass: 'yes' })).text).toContain('(405)');
    const ada = await visitorAs(origin, 'ada');
    expect((await ada.open(path)).text).toContain('bypass branch protections');
    await ada.send(`${path}/merge`, { method: 'squash', bypass: 'yes' });
    expect(await mergedBy(at, number)).toBe('ada');
    expect(await textOf(at, migration, 'main')).toContain('ADD COLUMN email');
  });

  it('a merged pull request is taken back by a new one', async () => {
    const { origin, path, at } = await scenePull();
    const wim = await visitorAs(origin, 'wim');
    await wim.open(path);
    await wim.send(`${path}/merge`, { method: 'merge' });
    const revert = await wim.send(`${path}/revert`);
    expect(revert.text).toContain('Revert "Pull feature/plain" #2 open');
    await wim.send('/acme/shop/pull/2/merge', { method: 'merge' });
    await expect(textOf(at, 'plain.txt', 'main')).rejects.toThrow('Not Found');
  });

  it('conflicts are said, and nothing can be pressed', async () => {
    const { at, origin } = await scenePull();
    const { number } = await openedPull(at, { branch: 'feature/other', files: { 'README.md': 'other\n' } });
    const onMain = {
      branch: 'main',
      files: { 'README.md': 'main\n' },
      message: 'Main',
      author: { login: 'ada' },
    };
    await at.github.commitFiles(at.repository, onMain);
    const ada = await visitorAs(origin, 'ada');
    const shown = await ada.open(`/acme/shop/pull/${number}`);
    expect(shown.text).toContain('This branch has conflicts that must be resolved');
    expect(shown.html).toMatch(/value="merge" class="primary" disabled/);
  });
});

describe('a merge queue by hand', () => {
  it('takes a pull request that is ready, says where it stands, and gives it back', async () => {
    const { at, origin, number, sha, path } = await scenePull();
    const queue = {
      check_response_timeout_minutes: 60,
      grouping_strategy: 'ALLGREEN' as const,
      max_entries_to_build: 5,
      max_entries_to_merge: 5,
      merge_method: 'MERGE' as const,
      min_entries_to_merge: 1,
      min_entries_to_merge_wait_minutes: 0,
    };
    const checks = {
      required_status_checks: [{ context: 'ci' }],
      strict_required_status_checks_policy: false,
    };
    await at.as('ada').rest.repos.createRepoRuleset(
      ruleset([
        { type: 'merge_queue', parameters: queue },
        { type: 'required_status_checks', parameters: checks },
      ]),
    );
    const wim = await visitorAs(origin, 'wim');
    const early = await wim.open(path);
    expect(early.text).toContain('Changes must be made through the merge queue');
    expect(early.text).not.toContain('Merge when ready');
    await at.as('wim').rest.repos.createCommitStatus({ ...HERE, sha, state: 'success', context: 'ci' });
    expect((await wim.open(path)).text).toContain('Merge when ready');
    const queued = await wim.send(`${path}/enqueue`);
    expect(queued.text).toContain('In the merge queue, at place 1. Remove from queue');
    expect((await wim.send(`${path}/dequeue`)).text).toContain('was removed from the merge queue');
    expect(await mergedBy(at, number)).toBeUndefined();
  });
});

describe('other buttons', () => {
  it('close and reopen a pull request and an issue', async () => {
    const { at, origin, path } = await scenePull();
    const { data } = await at.as('wim').rest.issues.create({ ...HERE, title: 'On hold' });
    const wim = await visitorAs(origin, 'wim');
    for (const place of [path, `/acme/shop/issues/${data.number}`]) {
      await wim.open(place);
      expect((await wim.send(`${place}/state`, { state: 'closed' })).text).toContain('closed. ');
      expect((await wim.send(`${place}/state`, { state: 'open' })).text).toContain('reopened. ');
    }
    await wim.open(`/acme/shop/issues/${data.number}`);
    const shown = await wim.send(`/acme/shop/issues/${data.number}/comment`, { body: '/release' });
    expect(shown.text).toContain('wim commented');
  });

  it('of a check run reach its App', async () => {
    const { at, origin, planRun } = await reviewedPull();
    const run = `/acme/shop/runs/${planRun}`;
    const wim = await visitorAs(origin, 'wim');
    await wim.open(run);
    await wim.send(`${run}/rerequest`);
    await wim.send(`${run}/action`, { identifier: 'plan' });
    await at.github.hooks.idle();
    const hooks = at.received.filter(({ event }) => event === 'check_run').map(({ payload }) => payload);
    expect(hooks).toContainEqual(expect.objectContaining({ action: 'rerequested' }));
    expect(hooks).toContainEqual(
      expect.objectContaining({ action: 'requested_action', requested_action: { identifier: 'plan' } }),
    );
    const rita = await visitorAs(origin, 'rita');
    expect((await rita.open(run)).text).not.toContain('Re-run');
  });

  it('update a branch that is behind', async () => {
    const { at, origin, path } = await scenePull();
    await at.as('ada').rest.repos.updateBranchProtection({
      ...HERE,
      branch: 'main',
      required_status_checks: { strict: true, contexts: [] },
      enforce_admins: true,
      required_pull_request_reviews: null,
      restrictions: null,
    });
    const onMain = {
      branch: 'main',
      files: { 'new.txt': 'new\n' },
      message: 'Main',
      author: { login: 'ada' },
    };
    await at.github.commitFiles(at.repository, onMain);
    const wim = await visitorAs(origin, 'wim');
    expect((await wim.open(path)).text).toContain('This branch is out-of-date with the base branch');
    await wim.send(`${path}/update-branch`);
    expect(await textOf(at, 'new.txt', 'feature/plain')).toBe('new\n');
  });
});
