import type { Octokit } from '@octokit/rest';
import { describe, expect, it } from 'vitest';
import { matchesRef } from '../../../src/demo/github/operations/ref-patterns.ts';
import { HERE, openedPull, ruleset, scene, type Scene } from './scene.ts';

const refusal = (status: number, message = /./): unknown =>
  expect.objectContaining({ status, message: expect.stringMatching(message) as string });

type Asked = Parameters<Octokit['rest']['repos']['listActivities']>[0];

const reviews = {
  dismiss_stale_reviews_on_push: false,
  require_code_owner_review: false,
  require_last_push_approval: false,
  required_approving_review_count: 1,
  required_review_thread_resolution: false,
};

const checksOf = (at: Scene, strict = false) => ({
  type: 'required_status_checks' as const,
  parameters: {
    required_status_checks: [{ context: 'gate', integration_id: at.app.id }],
    strict_required_status_checks_policy: strict,
  },
});

const passing = async (at: Scene, sha: string, name = 'gate') => {
  const bot = (await at.asInstallation()).rest;
  await bot.checks.create({ ...HERE, name, head_sha: sha, status: 'completed', conclusion: 'success' });
};

describe('a ruleset', () => {
  it('is made by who administers, listed in short, and told to all as the rules of a branch', async () => {
    const at = await scene();
    const rules = ruleset([{ type: 'deletion' }, checksOf(at)]);
    await expect(at.as('wim').rest.repos.createRepoRuleset(rules)).rejects.toEqual(refusal(403));
    const bot = (await at.asInstallation()).rest.repos;
    await expect(bot.createRepoRuleset(rules)).rejects.toEqual(refusal(403, /not accessible/));
    const { data: made } = await at.as('ada').rest.repos.createRepoRuleset(rules);
    expect(made).toMatchObject({ bypass_actors: [], current_user_can_bypass: 'never' });
    await expect(at.as('ada').rest.repos.createRepoRuleset(rules)).rejects.toEqual(refusal(422));
    const { data: list } = await bot.getRepoRulesets(HERE);
    expect(list[0]).not.toHaveProperty('rules');
    const { data: seen } = await bot.getRepoRuleset({ ...HERE, ruleset_id: made.id });
    expect(seen).not.toHaveProperty('bypass_actors');
    const { data: active } = await bot.getBranchRules({ ...HERE, branch: 'main' });
    expect(active).toMatchObject([
      { type: 'deletion', ruleset_id: made.id, ruleset_source: 'acme/shop' },
      { type: 'required_status_checks' },
    ]);
    expect((await bot.getBranchRules({ ...HERE, branch: 'dev' })).data).toEqual([]);
    expect((await bot.getBranch({ ...HERE, branch: 'main' })).data.protected).toBe(true);
    await at
      .as('ada')
      .rest.repos.updateRepoRuleset({ ...HERE, ruleset_id: made.id, enforcement: 'evaluate' });
    expect((await bot.getBranchRules({ ...HERE, branch: 'main' })).data).toEqual([]);
  });

  it('says nothing of classic protection, which needs the administration permission to be read', async () => {
    const at = await scene();
    await at.as('ada').rest.repos.updateBranchProtection({
      ...HERE,
      branch: 'main',
      required_status_checks: { strict: false, contexts: ['ci'] },
      enforce_admins: true,
      required_pull_request_reviews: null,
      restrictions: null,
    });
    const bot = (await at.asInstallation({ permissions: { metadata: 'read' } })).rest.repos;
    expect((await bot.getBranchRules({ ...HERE, branch: 'main' })).data).toEqual([]);
    await expect(bot.getBranchProtection({ ...HERE, branch: 'main' })).rejects.toEqual(refusal(403));
  });

  it('refuses rules that are not enforced here', async () => {
    const at = await scene();
    const rules = ruleset([{ type: 'required_signatures' }]);
    await expect(at.as('ada').rest.repos.createRepoRuleset(rules)).rejects.toEqual(refusal(422));
  });

  it('keeps a pull request from being merged without its checks and reviews, but by those it names', async () => {
    const at = await scene();
    const rules = [checksOf(at), { type: 'pull_request' as const, parameters: reviews }];
    const named = {
      actor_id: 4,
      actor_type: 'RepositoryRole' as const,
      bypass_mode: 'pull_request' as const,
    };
    const { data: made } = await at.as('ada').rest.repos.createRepoRuleset(ruleset(rules));
    const { number, sha } = await openedPull(at, { branch: 'one', files: { 'a.txt': '1\n' } });
    const merge = (login: string) => at.as(login).rest.pulls.merge({ ...HERE, pull_number: number });
    await expect(merge('wanda')).rejects.toEqual(refusal(405, /rule violations[^]*"gate" is expected/));
    await at.as('wim').rest.repos.createCommitStatus({ ...HERE, sha, state: 'success', context: 'gate' });
    await expect(merge('wanda')).rejects.toEqual(refusal(405, /"gate" is expected/));
    await passing(at, sha);
    await expect(merge('ada')).rejects.toEqual(refusal(405, /1 approving review is required/));
    await at.as('ada').rest.repos.updateRepoRuleset({ ...HERE, ruleset_id: made.id, bypass_actors: [named] });
    const push = at.as('wim').rest.git.updateRef({ ...HERE, ref: 'heads/main', sha });
    await expect(push).rejects.toEqual(refusal(409, /through a pull request/));
    expect((await merge('wim')).data.merged).toBe(true);
  });

  it('asks for the latest base where it is strict', async () => {
    const at = await scene();
    await at.as('ada').rest.repos.createRepoRuleset(ruleset([checksOf(at, true)]));
    const { number, sha } = await openedPull(at, { branch: 'one', files: { 'a.txt': '1\n' } });
    await passing(at, sha);
    const author = { login: 'wim' };
    await at.github.commitFiles(at.repository, { branch: 'main', files: { b: '2\n' }, message: 'B', author });
    const merge = at.as('wim').rest.pulls.merge({ ...HERE, pull_number: number });
    await expect(merge).rejects.toEqual(refusal(405, /out of date/));
  });

  it('forbids force pushes and deletion, but to those it names', async () => {
    const at = await scene();
    const dba = at.github.createTeam('acme', 'dba', ['wanda']);
    const { commitFiles } = at.github;
    const author = { login: 'wim' };
    await commitFiles(at.repository, { branch: 'main', files: { b: '2\n' }, message: 'B', author });
    const rules = {
      ...ruleset(
        [{ type: 'non_fast_forward' }, { type: 'deletion' }],
        [{ actor_id: dba.id, actor_type: 'Team', bypass_mode: 'always' }],
      ),
      conditions: { ref_name: { include: ['refs/heads/dev'], exclude: [] } },
    };
    await at.as('ada').rest.repos.createRepoRuleset(rules);
    const { data: old } = await at.as('wim').rest.git.getRef({ ...HERE, ref: 'heads/dev' });
    await commitFiles(at.repository, { branch: 'dev', files: { c: '3\n' }, message: 'C', author });
    const back = (login: string) =>
      at.as(login).rest.git.updateRef({ ...HERE, ref: 'heads/dev', sha: old.object.sha, force: true });
    await expect(back('ada')).rejects.toEqual(refusal(422, /Cannot force-push/));
    await back('wanda');
    const remove = (login: string) => at.as(login).rest.git.deleteRef({ ...HERE, ref: 'heads/dev' });
    await expect(remove('ada')).rejects.toEqual(refusal(422, /Cannot delete/));
    await remove('wanda');
  });

  it.each([
    ['~DEFAULT_BRANCH', 'main', true],
    ['~DEFAULT_BRANCH', 'dev', false],
    ['~ALL', 'dev', true],
    ['refs/heads/dev', 'dev', true],
    ['refs/heads/release-*', 'release-1', true],
    ['refs/heads/release-*', 'release-1/a', false],
    ['refs/heads/**/*', 'a/b/c', true],
    ['refs/heads/v?.0', 'vX.0', true],
    ['refs/heads/v?.0', 'v10.0', false],
  ])('with the pattern %s is about %s: %s', (pattern, branch, expected) => {
    const ref = `refs/heads/${branch}`;
    expect(matchesRef({ include: [pattern], exclude: [] }, ref, 'main')).toBe(expected);
    expect(matchesRef({ include: ['~ALL'], exclude: [pattern] }, ref, 'main')).toBe(!expected);
  });
});

describe('the activity of a repository', () => {
  it('lists every move of a branch with who did it, newest first, a page at a time', async () => {
    const at = await scene();
    const { number, sha } = await openedPull(at, { branch: 'one', files: { 'a.txt': '1\n' } });
    await at.as('wanda').rest.pulls.merge({ ...HERE, pull_number: number });
    const main = await at.as('wim').rest.git.getRef({ ...HERE, ref: 'heads/main' });
    await at.as('wim').rest.git.updateRef({ ...HERE, ref: 'heads/main', sha, force: true });
    await at.as('wim').rest.git.deleteRef({ ...HERE, ref: 'heads/one' });
    const list = async (asked: Omit<NonNullable<Asked>, 'owner' | 'repo'>) =>
      (await at.as('rita').rest.repos.listActivities({ ...HERE, ...asked })).data;
    expect(await list({ ref: 'main' })).toMatchObject([
      { activity_type: 'force_push', before: main.data.object.sha, after: sha, actor: { login: 'wim' } },
      { activity_type: 'pr_merge', after: main.data.object.sha, actor: { login: 'wanda' } },
      { activity_type: 'branch_creation', before: '0'.repeat(40) },
    ]);
    expect(await list({ activity_type: 'branch_deletion' })).toMatchObject([{ ref: 'refs/heads/one' }]);
    expect(await list({ actor: 'wanda', time_period: 'day' })).toHaveLength(1);
    const all = await list({ direction: 'asc' });
    const rest = at.as('rita');
    const paged = await rest.paginate(rest.rest.repos.listActivities, { ...HERE, per_page: 2 });
    expect(paged).toEqual(all.toReversed());
    const second = await rest.rest.repos.listActivities({ ...HERE, per_page: 2 });
    const after = new URL(/<([^>]+)>; rel="next"/.exec(second.headers.link ?? '')?.[1] ?? '').searchParams;
    const next = await rest.rest.repos.listActivities({
      ...HERE,
      per_page: 2,
      after: after.get('after') ?? '',
    });
    expect(next.headers.link).toMatch(/rel="prev"/);
    const back = new URL(/<([^>]+)>; rel="prev"/.exec(next.headers.link ?? '')?.[1] ?? '').searchParams;
    expect(await list({ per_page: 2, before: back.get('before') ?? '' })).toEqual(second.data);
  });
});

describe('the author of a pull request', () => {
  it('is called by what they are to the repository', async () => {
    const at = await scene();
    at.github.setCollaborator(at.repository, 'sid', 'read');
    const associations = async () => {
      const { data } = await at.as('ada').rest.pulls.list({ ...HERE, state: 'all' });
      return Object.fromEntries(
        data.map((pull) => [pull.user?.login ?? '', pull.author_association] as const),
      );
    };
    for (const by of ['ada', 'wim', 'sid']) await openedPull(at, { branch: by, files: { [by]: '1\n' }, by });
    expect(await associations()).toEqual({ ada: 'MEMBER', wim: 'COLLABORATOR', sid: 'COLLABORATOR' });
    at.github.setCollaborator(at.repository, 'sid', 'none');
    expect(await associations()).toMatchObject({ sid: 'FIRST_TIME_CONTRIBUTOR' });
    await at.as('ada').rest.pulls.merge({ ...HERE, pull_number: 3 });
    expect(await associations()).toMatchObject({ sid: 'CONTRIBUTOR' });
  });

  it('cannot have a stranger asked for a review', async () => {
    const at = await scene();
    const { number } = await openedPull(at, { branch: 'one', files: { a: '1\n' } });
    const ask = (login: string) =>
      at.as('wim').rest.pulls.requestReviewers({ ...HERE, pull_number: number, reviewers: [login] });
    await expect(ask('sid')).rejects.toEqual(refusal(422, /collaborators/));
    expect((await ask('rita')).data.requested_reviewers).toMatchObject([{ login: 'rita' }]);
  });
});
