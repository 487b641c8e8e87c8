import { describe, expect, it } from 'vitest';
import { HERE, openedPull, scene, textOf } from './scene.ts';

function refusal(status: number, message = /./): unknown {
  const matching: unknown = expect.stringMatching(message);
  return expect.objectContaining({ status, message: matching });
}

describe('merging', () => {
  it('is refused on a conflict, which is said before', async () => {
    const at = await scene();
    const one = await openedPull(at, { branch: 'one', files: { 'same.txt': '1\n' } });
    const two = await openedPull(at, { branch: 'two', files: { 'same.txt': '2\n' } });
    const wim = at.as('wim').rest;
    await wim.pulls.merge({ ...HERE, pull_number: one.number });
    await wim.pulls.get({ ...HERE, pull_number: two.number });
    const { data } = await wim.pulls.get({ ...HERE, pull_number: two.number });
    expect(data).toMatchObject({ mergeable: false, mergeable_state: 'dirty' });
    await expect(wim.pulls.merge({ ...HERE, pull_number: two.number })).rejects.toEqual(
      refusal(405, /not mergeable/),
    );
  });

  it('is refused where the head is not the one that was looked at', async () => {
    const at = await scene();
    const { number, sha } = await openedPull(at, { branch: 'one', files: { 'a.txt': '1\n' } });
    await at.github.commitFiles(at.repository, {
      branch: 'one',
      files: { 'b.txt': '2\n' },
      message: 'Sneak in',
      author: { login: 'wim' },
    });
    const merge = at.as('wim').rest.pulls.merge({ ...HERE, pull_number: number, sha });
    await expect(merge).rejects.toEqual(refusal(409));
  });

  it.each(['rita', 'sid'])('is not for %s, who may not write', async (login) => {
    const at = await scene();
    const { number } = await openedPull(at, { branch: 'one', files: { 'a.txt': '1\n' } });
    const merge = at.as(login).rest.pulls.merge({ ...HERE, pull_number: number });
    await expect(merge).rejects.toEqual(refusal(login === 'rita' ? 403 : 404));
  });

  it('waits for the required check of the pinned App on the latest commit', async () => {
    const at = await scene();
    await at.as('ada').rest.repos.updateBranchProtection({
      ...HERE,
      branch: 'main',
      required_status_checks: {
        strict: false,
        contexts: [],
        checks: [{ context: 'gate', app_id: at.app.id }],
      },
      enforce_admins: true,
      required_pull_request_reviews: null,
      restrictions: null,
    });
    const { number, sha } = await openedPull(at, { branch: 'one', files: { 'a.txt': '1\n' } });
    const wim = at.as('wim').rest;
    const merge = () => wim.pulls.merge({ ...HERE, pull_number: number });
    await expect(merge()).rejects.toEqual(refusal(405, /"gate" is expected/));
    await wim.repos.createCommitStatus({ ...HERE, sha, state: 'success', context: 'gate' });
    await expect(merge()).rejects.toEqual(refusal(405, /"gate" is expected/));
    const bot = (await at.asInstallation()).rest;
    await bot.checks.create({
      ...HERE,
      name: 'gate',
      head_sha: sha,
      conclusion: 'failure',
      status: 'completed',
    });
    await expect(merge()).rejects.toEqual(refusal(405, /"gate" is failing/));
    await bot.checks.create({
      ...HERE,
      name: 'gate',
      head_sha: sha,
      conclusion: 'neutral',
      status: 'completed',
    });
    const pushed = await at.github.commitFiles(at.repository, {
      branch: 'one',
      files: { 'b.txt': '2\n' },
      message: 'After the check',
      author: { login: 'wim' },
    });
    await expect(merge()).rejects.toEqual(refusal(405, /"gate" is expected/));
    await expect(at.as('ada').rest.pulls.merge({ ...HERE, pull_number: number })).rejects.toEqual(
      refusal(405),
    );
    await bot.checks.create({
      ...HERE,
      name: 'gate',
      head_sha: pushed,
      conclusion: 'success',
      status: 'completed',
    });
    expect((await merge()).data.merged).toBe(true);
  });

  it('lets an administrator pass where protection does not bind them', async () => {
    const at = await scene();
    await at.as('ada').rest.repos.updateBranchProtection({
      ...HERE,
      branch: 'main',
      required_status_checks: null,
      enforce_admins: false,
      required_pull_request_reviews: { required_approving_review_count: 1 },
      restrictions: null,
    });
    const { number } = await openedPull(at, { branch: 'one', files: { 'a.txt': '1\n' } });
    await at.as('rita').rest.pulls.createReview({ ...HERE, pull_number: number, event: 'APPROVE' });
    const byWim = at.as('wim').rest.pulls.merge({ ...HERE, pull_number: number });
    await expect(byWim).rejects.toEqual(refusal(405, /1 approving review is required/));
    const { data } = await at.as('ada').rest.pulls.merge({ ...HERE, pull_number: number });
    expect(data.merged).toBe(true);
  });

  it('happens by itself when the commits reach the base some other way', async () => {
    const at = await scene();
    const { number, sha } = await openedPull(at, { branch: 'one', files: { 'a.txt': '1\n' } });
    await at.as('wim').rest.git.updateRef({ ...HERE, ref: 'heads/main', sha });
    const { data } = await at.as('wim').rest.pulls.get({ ...HERE, pull_number: number });
    expect(data).toMatchObject({ merged: true, state: 'closed', merge_commit_sha: sha });
    await at.github.hooks.idle();
    const closed = at.received.find(({ payload }) => payload['action'] === 'closed');
    expect(closed?.payload).toMatchObject({ pull_request: { merged: true, merged_by: { login: 'wim' } } });
    expect((await at.as('wim').rest.pulls.listCommits({ ...HERE, pull_number: number })).data).toHaveLength(
      1,
    );
  });

  it.each(['merge', 'squash', 'rebase'] as const)(
    'by %s is taken back by a revert pull request',
    async (method) => {
      const at = await scene();
      const { number, nodeId } = await openedPull(at, { branch: 'one', files: { 'a.txt': '1\n' } });
      await at.github.commitFiles(at.repository, {
        branch: 'one',
        files: { 'b.txt': '2\n' },
        message: 'And more',
        author: { login: 'wanda' },
      });
      const wim = at.as('wim').rest;
      await wim.pulls.merge({ ...HERE, pull_number: number, merge_method: method });
      const bot = await at.asInstallation();
      const query = `mutation($input: RevertPullRequestInput!) {
      revertPullRequest(input: $input) { revertPullRequest { number headRefName } }
    }`;
      const answer = await bot.graphql<{
        revertPullRequest: { revertPullRequest: { number: number; headRefName: string } };
      }>(query, { input: { pullRequestId: nodeId, title: 'Take it back' } });
      const revert = answer.revertPullRequest.revertPullRequest;
      expect(revert.headRefName).toBe(`revert-${number}-one`);
      const { data } = await wim.pulls.get({ ...HERE, pull_number: revert.number });
      expect(data).toMatchObject({ title: 'Take it back', user: { login: 'tide[bot]', type: 'Bot' } });
      await wim.pulls.merge({ ...HERE, pull_number: revert.number });
      await expect(textOf(at, 'a.txt', 'main')).rejects.toEqual(refusal(404));
      await expect(textOf(at, 'b.txt', 'main')).rejects.toEqual(refusal(404));
    },
  );

  it('cannot be taken back where the content has changed since', async () => {
    const at = await scene();
    const { number, nodeId } = await openedPull(at, { branch: 'one', files: { 'a.txt': '1\n' } });
    await at.as('wim').rest.pulls.merge({ ...HERE, pull_number: number });
    await at.github.commitFiles(at.repository, {
      branch: 'main',
      files: { 'a.txt': 'other\n' },
      message: 'Change it',
      author: { login: 'wim' },
    });
    const query =
      'mutation($input: RevertPullRequestInput!) { revertPullRequest(input: $input) { clientMutationId } }';
    const revert = at.as('wim').graphql(query, { input: { pullRequestId: nodeId } });
    await expect(revert).rejects.toThrow(/couldn’t be reverted/);
  });

  it('asks a squash’s other authors into its message and a rebase’s authors to stay', async () => {
    const at = await scene();
    const { number } = await openedPull(at, { branch: 'one', files: { 'a.txt': '1\n' } });
    await at.github.commitFiles(at.repository, {
      branch: 'one',
      files: { 'b.txt': '2\n' },
      message: 'More',
      author: { login: 'wanda' },
      coAuthors: [{ name: 'Ada', email: 'ada@example.com' }],
    });
    const wim = at.as('wim').rest;
    const { data } = await wim.pulls.merge({ ...HERE, pull_number: number, merge_method: 'squash' });
    const { data: squashed } = await wim.repos.getCommit({ ...HERE, ref: data.sha });
    expect(squashed.commit.message).toMatch(/^Pull one \(#1\)/);
    expect(squashed.commit.message).toMatch(/Co-authored-by: wanda <wanda@example.com>$/);
    expect(squashed).toMatchObject({ author: { login: 'wim' }, committer: { login: 'web-flow' } });
    const { data: pulls } = await wim.repos.listPullRequestsAssociatedWithCommit({
      ...HERE,
      commit_sha: data.sha,
    });
    expect(pulls.map((pull) => pull.number)).toEqual([number]);
  });
});
