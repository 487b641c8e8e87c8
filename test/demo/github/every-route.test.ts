import { describe, expect, it } from 'vitest';
import { Octokit } from '@octokit/rest';
import { ALL_ROUTES } from '../../../src/demo/github/routes/all.ts';
import { registerFromManifest } from '../../../src/demo/github/routes/app-routes.ts';
import { accountById } from '../../../src/demo/github/world.ts';
import { HERE, openedPull, ruleset, scene } from './scene.ts';

describe('every route', () => {
  it('answers as GitHub describes it', { timeout: 60_000 }, async () => {
    const at = await scene();
    const { github, repository } = at;
    const wim = at.as('wim').rest;
    const ada = at.as('ada').rest;
    const rita = at.as('rita').rest;
    const app = at.asApp().rest;
    const bot = (await at.asInstallation()).rest;
    const team = github.createTeam('acme', 'dba', ['wanda']);
    github.setTeamMember(team, 'wim', 'added');
    github.setTeamMember(team, 'wim', 'removed');

    await app.apps.getAuthenticated();
    await app.apps.listInstallations();
    await app.apps.getInstallation({ installation_id: at.installation.id });
    await app.apps.getRepoInstallation(HERE);
    await bot.apps.listReposAccessibleToInstallation();
    await wim.rateLimit.get();
    await wim.meta.get();
    await wim.users.getAuthenticated();
    await wim.users.getByUsername({ username: 'ada' });
    await wim.orgs.get({ org: 'acme' });
    await bot.teams.list({ org: 'acme' });
    await bot.teams.getByName({ org: 'acme', team_slug: 'dba' });
    await bot.teams.listMembersInOrg({ org: 'acme', team_slug: 'dba' });
    await bot.teams.getMembershipForUserInOrg({ org: 'acme', team_slug: 'dba', username: 'wanda' });
    await bot.orgs.listMembers({ org: 'acme' });
    await bot.orgs.checkMembershipForUser({ org: 'acme', username: 'ada' });
    await bot.orgs.getMembershipForUser({ org: 'acme', username: 'ada' });

    await wim.repos.get(HERE);
    await at.as('wim').request('GET /repositories/{id}', { id: repository.id });
    await ada.repos.update({ ...HERE, description: 'A shop' });
    await wim.repos.listBranches(HERE);
    await wim.repos.getBranch({ ...HERE, branch: 'dev' });
    await wim.repos.listCollaborators(HERE);
    await wim.repos.checkCollaborator({ ...HERE, username: 'wanda' });
    await bot.repos.getCollaboratorPermissionLevel({ ...HERE, username: 'wanda' });
    await ada.repos.updateBranchProtection({
      ...HERE,
      branch: 'dev',
      required_status_checks: {
        strict: true,
        contexts: [],
        checks: [{ context: 'plan', app_id: at.app.id }],
      },
      enforce_admins: false,
      required_pull_request_reviews: { required_approving_review_count: 1 },
      restrictions: null,
    });
    await bot.repos.getBranchProtection({ ...HERE, branch: 'dev' });
    await bot.repos.getBranchRules({ ...HERE, branch: 'dev' });
    await bot.repos.getBranchRules({ ...HERE, branch: 'main' });
    await ada.repos.deleteBranchProtection({ ...HERE, branch: 'dev' });
    const { data: rules } = await ada.repos.createRepoRuleset(ruleset([{ type: 'deletion' }]));
    await bot.repos.getRepoRulesets(HERE);
    await bot.repos.getRepoRuleset({ ...HERE, ruleset_id: rules.id });
    await bot.repos.getBranchRules({ ...HERE, branch: 'main' });
    await ada.repos.updateRepoRuleset({ ...HERE, ruleset_id: rules.id, enforcement: 'disabled' });
    await ada.repos.deleteRepoRuleset({ ...HERE, ruleset_id: rules.id });
    await bot.repos.listActivities({ ...HERE, ref: 'main' });

    const { data: blob } = await wim.git.createBlob({ ...HERE, content: 'x\n' });
    await wim.git.getBlob({ ...HERE, file_sha: blob.sha });
    const { data: main } = await wim.git.getRef({ ...HERE, ref: 'heads/main' });
    const { data: tip } = await wim.git.getCommit({ ...HERE, commit_sha: main.object.sha });
    const { data: tree } = await wim.git.createTree({
      ...HERE,
      base_tree: tip.tree.sha,
      tree: [{ path: 'dir/x.txt', mode: '100644', type: 'blob', sha: blob.sha }],
    });
    await wim.git.getTree({ ...HERE, tree_sha: tree.sha, recursive: '1' });
    const { data: commit } = await wim.git.createCommit({
      ...HERE,
      message: 'By hand',
      tree: tree.sha,
      parents: [tip.sha],
    });
    await wim.git.createRef({ ...HERE, ref: 'refs/heads/hand', sha: tip.sha });
    await wim.git.updateRef({ ...HERE, ref: 'heads/hand', sha: commit.sha });
    await wim.git.listMatchingRefs({ ...HERE, ref: 'heads/' });
    await wim.repos.getContent({ ...HERE, path: 'dir', ref: 'hand' });
    await wim.repos.getContent({ ...HERE, path: '', ref: 'hand' });
    await wim.repos.getContent({ ...HERE, path: 'dir/x.txt', ref: 'hand' });
    await wim.repos.createOrUpdateFileContents({
      ...HERE,
      path: 'dir/y.txt',
      message: 'Add y',
      content: Buffer.from('y\n').toString('base64'),
      branch: 'hand',
    });
    await wim.repos.listCommits({ ...HERE, sha: 'hand', path: 'dir' });
    await wim.repos.getCommit({ ...HERE, ref: 'hand' });
    await wim.repos.compareCommitsWithBasehead({ ...HERE, basehead: 'main...hand' });
    await wim.git.deleteRef({ ...HERE, ref: 'heads/hand' });

    const { number, sha } = await openedPull(at, { branch: 'feature', files: { 'a.txt': 'a\n' } });
    const pull = { ...HERE, pull_number: number };
    await wim.pulls.list({ ...HERE, state: 'all' });
    await wim.pulls.get(pull);
    await wim.pulls.get(pull);
    await wim.pulls.update({ ...pull, title: 'Better', base: 'dev' });
    await wim.pulls.update({ ...pull, state: 'closed' });
    await wim.pulls.update({ ...pull, state: 'open' });
    await wim.pulls.listCommits(pull);
    await wim.pulls.listFiles(pull);
    await ada.pulls.requestReviewers({ ...pull, reviewers: ['wanda'], team_reviewers: ['dba'] });
    await wim.pulls.listRequestedReviewers(pull);
    await ada.pulls.removeRequestedReviewers({ ...pull, reviewers: [], team_reviewers: ['dba'] });
    const { data: review } = await rita.pulls.createReview({ ...pull, event: 'APPROVE' });
    await wim.pulls.listReviews(pull);
    await wim.pulls.getReview({ ...pull, review_id: review.id });
    await rita.pulls.updateReview({ ...pull, review_id: review.id, body: 'fine' });
    await wim.pulls.dismissReview({ ...pull, review_id: review.id, message: 'no longer' });
    await at.github.commitFiles(repository, {
      branch: 'dev',
      files: { 'd.txt': 'd\n' },
      message: 'On dev',
      author: { login: 'wanda' },
    });
    await wim.pulls.updateBranch(pull);

    const { data: issue } = await rita.issues.create({
      ...HERE,
      title: 'Broken',
      body: 'very',
      labels: ['bug'],
    });
    const about = { ...HERE, issue_number: issue.number };
    await wim.issues.listForRepo({ ...HERE, state: 'all' });
    await wim.issues.get(about);
    await wim.issues.update({ ...about, title: 'Fixed', labels: ['done'], state: 'closed' });
    await wim.issues.listLabelsOnIssue(about);
    await wim.issues.lock(about);
    await expect(bot.issues.createComment({ ...about, body: 'Hello' })).rejects.toThrow(/issue is locked/);
    await wim.issues.unlock(about);
    await wim.issues.addLabels({ ...about, labels: ['more'] });
    await wim.issues.setLabels({ ...HERE, issue_number: number, labels: ['schema'] });
    await wim.issues.removeLabel({ ...HERE, issue_number: number, name: 'schema' });
    const { data: comment } = await bot.issues.createComment({
      ...HERE,
      issue_number: number,
      body: 'Hello',
    });
    const said = { ...HERE, comment_id: comment.id };
    await wim.issues.listComments({ ...HERE, issue_number: number });
    await wim.issues.listCommentsForRepo(HERE);
    await wim.issues.getComment(said);
    await bot.issues.updateComment({ ...said, body: 'Hello again' });
    await bot.reactions.createForIssueComment({ ...said, content: 'eyes' });
    await bot.reactions.listForIssueComment(said);
    await bot.reactions.createForIssue({ ...about, content: 'rocket' });
    await bot.reactions.listForIssue(about);
    await bot.issues.deleteComment(said);

    const { data: run } = await bot.checks.create({
      ...HERE,
      name: 'plan',
      head_sha: sha,
      status: 'in_progress',
    });
    await bot.checks.update({
      ...HERE,
      check_run_id: run.id,
      conclusion: 'success',
      output: {
        title: 'Planned',
        summary: 'Well',
        annotations: [
          { path: 'a.txt', start_line: 1, end_line: 1, annotation_level: 'warning', message: 'Careful' },
        ],
      },
      actions: [{ label: 'Again', description: 'Plan again', identifier: 'again' }],
    });
    await bot.checks.get({ ...HERE, check_run_id: run.id });
    await bot.checks.listAnnotations({ ...HERE, check_run_id: run.id });
    await bot.checks.listForRef({ ...HERE, ref: sha });
    const { data: suites } = await bot.checks.listSuitesForRef({ ...HERE, ref: sha });
    const suite = suites.check_suites[0]?.id ?? 0;
    await bot.checks.getSuite({ ...HERE, check_suite_id: suite });
    await bot.checks.listForSuite({ ...HERE, check_suite_id: suite });
    await wim.checks.rerequestRun({ ...HERE, check_run_id: run.id });
    await wim.checks.rerequestSuite({ ...HERE, check_suite_id: suite });
    await bot.repos.createCommitStatus({ ...HERE, sha, state: 'success', context: 'ci' });
    await bot.repos.getCombinedStatusForRef({ ...HERE, ref: sha });
    await bot.repos.listCommitStatusesForRef({ ...HERE, ref: sha });
    const { data: deployment } = await bot.repos.createDeployment({
      ...HERE,
      ref: sha,
      auto_merge: false,
      required_contexts: [],
      environment: 'dev',
    });
    if (!('id' in deployment)) throw new Error('no deployment was made');
    const deployed = { ...HERE, deployment_id: deployment.id };
    await bot.repos.createDeploymentStatus({ ...deployed, state: 'success', description: 'Done' });
    await bot.repos.listDeployments(HERE);
    await bot.repos.getDeployment(deployed);
    await bot.repos.listDeploymentStatuses(deployed);

    await wim.pulls.checkIfMerged(pull).catch(() => undefined);
    await wim.pulls.merge(pull);
    await wim.pulls.checkIfMerged(pull);
    await wim.repos.listPullRequestsAssociatedWithCommit({ ...HERE, commit_sha: sha });
    await at.as('rita').rest.repos.createFork(HERE);
    await wim.repos.listForks(HERE);
    await ada.repos.update({ ...HERE, name: 'store' });
    await ada.repos.update({ ...HERE, repo: 'store', archived: true });

    const code = registerFromManifest(github.world, accountById(github.world, repository.ownerId), {
      name: 'Other',
      url: 'http://localhost/',
      default_permissions: { checks: 'write' },
    });
    const { data: registered } = await new Octokit({ baseUrl: github.url }).rest.apps.createFromManifest({
      code,
    });
    expect(registered.pem).toContain('PRIVATE KEY');

    await at.github.hooks.idle();
    const { data: deliveries } = await app.apps.listWebhookDeliveries({ per_page: 5 });
    const first = deliveries[0]?.id ?? 0;
    await app.apps.getWebhookDelivery({ delivery_id: first });
    await app.apps.redeliverWebhookDelivery({ delivery_id: first });
    await at.github.hooks.idle();

    expect(github.unknownRequests).toEqual([]);
    const all = ALL_ROUTES.map(({ method, path }) => `${method} ${path}`);
    const left = all.filter((name) => !github.requestLog.has(name));
    expect(left).toEqual([]);
    expect(new Set(at.received.map(({ event }) => event))).toEqual(new Set(HEARD));
  });
});

const HEARD = [
  'installation',
  'membership',
  'branch_protection_rule',
  'repository',
  'create',
  'push',
  'check_suite',
  'delete',
  'pull_request',
  'pull_request_review',
  'issues',
  'issue_comment',
  'check_run',
  'deployment',
  'deployment_status',
];
