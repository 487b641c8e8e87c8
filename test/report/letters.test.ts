import { describe, expect, it } from 'vitest';
import { digest, drifted, hold, reports } from './facts.ts';

describe('what the App opens', () => {
  it('the issue of a hold reads well', async () => {
    const { title, body } = reports.alertIssue({ environment: 'prod', hold, waiting: [] });
    await expect(`${title}\n\n${body}`).toMatchFileSnapshot('golden/alert-issue.md');
  });

  it('the issue of a hold says who waits for it, in its branch’s order', async () => {
    const several = reports.alertIssue({ environment: 'eu', hold, waiting: ['us', 'ap'] });
    await expect(`${several.title}\n\n${several.body}`).toMatchFileSnapshot('golden/alert-issue-waiting.md');
    const one = reports.alertIssue({ environment: 'eu', hold, waiting: ['us'] });
    expect(one.body).toContain('`us` waits for it, and goes on by itself once');
  });

  it('the issue of a drift reads well', async () => {
    const { title, body } = reports.driftIssue({ ...drifted, isHeld: false });
    await expect(`${title}\n\n${body}`).toMatchFileSnapshot('golden/drift-issue.md');
  });

  it('the issue of a change that was let through reads well', async () => {
    const view = {
      environment: 'prod',
      pullRequest: 12,
      login: 'ada',
      why: 'checkout is down, see #3 @acme/dba',
      isAuthor: true,
      digest,
      at: new Date('2026-03-04T05:06:07Z'),
      needs: '`prod` needs 1 approval from a member of `acme/dba`; none counts.',
    };
    const { title, body } = reports.glassIssue(view);
    await expect(`${title}\n\n${body}`).toMatchFileSnapshot('golden/glass-issue.md');
  });

  it('the revert pull request reads well', async () => {
    const view = {
      environment: 'prod',
      pullRequest: { number: 12, title: 'Add coupons\u202E @acme/dba' },
      askedOn: 12,
      requester: 'alice',
      confirmedBy: ['dana', 'erik'],
    };
    const { title, body } = reports.revertPullRequest({
      ...view,
      migrations: ['0022_index-orders', '0021_add-coupons'],
      before: [],
    });
    await expect(`${title}\n\n${body}`).toMatchFileSnapshot('golden/revert-pull-request.md');
  });

  it('the pull request that takes named migrations out of the branch reads well', async () => {
    const { title, body } = reports.revertPullRequest({
      environment: 'prod',
      pullRequest: null,
      askedOn: 31,
      requester: 'alice',
      confirmedBy: ['dana'],
      migrations: ['0022_index-orders', '0021_add-coupons'],
      before: [
        { migration: '0024_tax', askedOn: 29 },
        { migration: '0023_vat', askedOn: null },
      ],
    });
    await expect(`${title}\n\n${body}`).toMatchFileSnapshot('golden/revert-of-migrations.md');
  });

  it.each([
    [true, { login: 'alice', number: 31 }],
    [false, null],
  ])('the pull request that promotes reads well: the whole branch is %s', async (isWhole, askedBy) => {
    const entry = { ranAt: '2026-03-02T09:14:31.000Z', durationMs: 312, where: 'qa' };
    const { title, body } = reports.promotionPullRequest({
      environment: 'prod',
      from: 'qa',
      migrations: [
        {
          ...entry,
          migration: '0021_add-coupons',
          pullRequest: { number: 9, title: 'Coupons for @acme/all <b>', author: 'bob' },
        },
        { ...entry, migration: '0022_index-orders', pullRequest: null, durationMs: null },
      ],
      left: isWhole ? [] : ['0023_c has never run on qa.'],
      isWhole,
      askedBy,
    });
    const name = isWhole ? 'promotion-pull-request' : 'promotion-of-files';
    await expect(`${title}\n\n${body}`).toMatchFileSnapshot(`golden/${name}.md`);
  });

  it('the pull request that brings back reads well', async () => {
    const { title, body } = reports.bringBackPullRequest({
      environment: 'prod',
      from: 'qa',
      migrations: [
        { migration: '0019_legacy', pullRequest: 12 },
        { migration: '0020_legacy', pullRequest: null },
      ],
      askedBy: { login: 'alice', number: 31 },
    });
    await expect(`${title}\n\n${body}`).toMatchFileSnapshot('golden/bring-back-pull-request.md');
  });

  it('the pull request of what flows down reads well', async () => {
    const { title, body } = reports.flowDownPullRequest({
      environment: 'qa',
      from: 'prod',
      migrations: ['0021_fix'],
      pullRequest: 31,
    });
    await expect(`${title}\n\n${body}`).toMatchFileSnapshot('golden/flow-down-pull-request.md');
  });

  it('the pull request that is offered for what has no down reads well', async () => {
    const { title, body } = reports.offeredPullRequest({
      environment: 'prod',
      migrations: ['0022_index-orders', '0021_add-coupons'],
      withoutDown: ['0021_add-coupons'],
      askedOn: 31,
      requester: 'alice',
    });
    await expect(`${title}\n\n${body}`).toMatchFileSnapshot('golden/offered-pull-request.md');
  });

  it('the pull request that adopts what was changed by hand reads well', async () => {
    const view = { environment: 'prod', askedOn: 31, requester: 'alice' };
    const { title, body } = reports.adoptingPullRequest(view);
    await expect(`${title}\n\n${body}`).toMatchFileSnapshot('golden/adopting-pull-request.md');
  });

  it('has a title of one line within GitHub’s limit', () => {
    const view = {
      environment: 'prod',
      pullRequest: { number: 12, title: 'long\n'.repeat(100) },
      askedOn: 12,
      migrations: [],
      before: [],
      requester: 'alice',
      confirmedBy: [],
    };
    const { title } = reports.revertPullRequest(view);
    expect(title).not.toContain('\n');
    expect(title.length).toBeLessThanOrEqual(256);
  });
});
