import { describe, expect, it } from 'vitest';
import { HERE, openedPull, textOf } from '../demo/github/scene.ts';
import { commit, hosted } from './hosted.ts';

describe('a person', () => {
  it('has a role on the repository and is in the teams that are asked for, freshly', async () => {
    const at = await hosted();
    const team = at.github.createTeam('acme', 'dba', ['wanda']);
    const subjects = [
      { kind: 'team', organisation: 'acme', slug: 'dba' },
      { kind: 'team', organisation: 'acme', slug: 'none' },
      { kind: 'role', role: 'write' },
    ] as const;
    expect(await at.host.person('wanda', subjects)).toEqual({
      login: 'wanda',
      role: 'maintain',
      teams: ['acme/dba'],
    });
    expect(await at.host.person('wim', subjects)).toEqual({ login: 'wim', role: 'write', teams: [] });
    expect((await at.host.person('rita', [])).role).toBe('read');
    expect(await at.host.person('nobody', subjects)).toEqual({ login: 'nobody', role: 'none', teams: [] });
    at.github.setTeamMember(team, 'wanda', 'removed');
    expect((await at.host.person('wanda', subjects)).teams).toEqual([]);
  });
});

describe('reviews', () => {
  it('come in order, with what was reviewed and what became of them', async () => {
    const at = await hosted();
    const pull = await openedPull(at, { branch: 'one', files: { 'a.txt': 'a\n' } });
    const where = { ...HERE, pull_number: pull.number };
    await at.as('wanda').rest.pulls.createReview({ ...where, event: 'COMMENT', body: 'Hm.' });
    const { data: changes } = await at
      .as('ada')
      .rest.pulls.createReview({ ...where, event: 'REQUEST_CHANGES', body: 'No.' });
    const head = await commit(at, 'one', { 'b.txt': 'b\n' });
    await at.as('wanda').rest.pulls.createReview({ ...where, event: 'APPROVE' });
    await at.as('ada').rest.pulls.dismissReview({ ...where, review_id: changes.id, message: 'Mended.' });
    const reviews = await at.host.reviews(pull.number);
    expect(reviews.map(({ login, state, commit: at_, isBot }) => ({ login, state, at: at_, isBot }))).toEqual(
      [
        { login: 'wanda', state: 'commented', at: pull.sha, isBot: false },
        { login: 'ada', state: 'dismissed', at: pull.sha, isBot: false },
        { login: 'wanda', state: 'approved', at: head, isBot: false },
      ],
    );
  });
});

describe('a merged pull request', () => {
  it('is reverted by GitHub, and not where that conflicts', async () => {
    const at = await hosted();
    const pull = await openedPull(at, { branch: 'one', files: { 'migrations/001_a.sql': 'SELECT 1;\n' } });
    await at.as('ada').rest.pulls.merge({ ...HERE, pull_number: pull.number });
    const merged = await at.host.pullRequest(pull.number);
    if (merged === null) throw new Error('It is gone.');
    const number = await at.host.revertPullRequest(merged, 'Take it back', 'Because.');
    const { data: revert } = await at.as('ada').rest.pulls.get({ ...HERE, pull_number: number ?? 0 });
    expect(revert).toMatchObject({ title: 'Take it back', body: 'Because.', base: { ref: 'main' } });
    await commit(at, 'main', { 'migrations/001_a.sql': 'SELECT 2;\n' }, { by: 'ada' });
    expect(await at.host.revertPullRequest(merged, 'Again', 'Because.')).toBeNull();
  });

  it('has just its files changed where GitHub cannot revert it, once', async () => {
    const at = await hosted();
    const files = { 'migrations/001_a.sql': 'SELECT 1;\n', 'migrations/002_b.sql': 'SELECT 2;\n' };
    await commit(at, 'main', files, { by: 'ada' });
    const changes = { 'migrations/002_b.sql': null, 'migrations/003_c.sql': 'SELECT 3;\n' };
    const remove = (): Promise<number> =>
      at.host.changeFiles('main', 'tidegate/remove-1', changes, 'Remove 002_b', 'Why.');
    const number = await remove();
    expect(await remove()).toBe(number);
    const { data: changed } = await at.as('ada').rest.pulls.listFiles({ ...HERE, pull_number: number });
    expect(changed.map(({ filename, status }) => `${status} ${filename}`)).toEqual([
      'removed migrations/002_b.sql',
      'added migrations/003_c.sql',
    ]);
    expect(await textOf(at, 'migrations/001_a.sql', 'tidegate/remove-1')).toBe('SELECT 1;\n');
    expect((await at.host.pullRequest(number))?.author).toBe('tide[bot]');
  });
});
