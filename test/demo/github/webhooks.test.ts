import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { HERE, openedPull, scene, WEBHOOK_SECRET, type ReceivedHook } from './scene.ts';

const names = (received: readonly ReceivedHook[]): string[] =>
  received.map(({ event, payload }) =>
    typeof payload['action'] === 'string' ? `${event}.${payload['action']}` : event,
  );

describe('webhooks', () => {
  it('are signed, in order, and name who did it', async () => {
    const at = await scene();
    await at.github.hooks.idle();
    at.received.length = 0;
    await openedPull(at, { branch: 'one', files: { 'a.txt': '1\n' } });
    await at.github.hooks.idle();
    expect(names(at.received)).toEqual(['create', 'push', 'check_suite.requested', 'pull_request.opened']);
    for (const { raw, signature } of at.received)
      expect(signature).toBe(`sha256=${createHmac('sha256', WEBHOOK_SECRET).update(raw).digest('hex')}`);
    expect(at.received.at(-1)?.payload).toMatchObject({
      sender: { login: 'wim' },
      repository: { full_name: 'acme/shop' },
      organization: { login: 'acme' },
      installation: { id: at.installation.id },
    });
  });

  it('tell of a force push to a pull request', async () => {
    const at = await scene();
    const { sha } = await openedPull(at, { branch: 'one', files: { 'a.txt': '1\n' } });
    const after = await at.github.commitFiles(at.repository, {
      branch: 'one',
      files: { 'b.txt': '2\n' },
      message: 'Instead',
      author: { login: 'wim' },
      from: 'main',
      force: true,
    });
    await at.github.hooks.idle();
    const push = at.received.findLast(({ event }) => event === 'push');
    expect(push?.payload).toMatchObject({ before: sha, after, forced: true });
    const moved = at.received.find(({ payload }) => payload['action'] === 'synchronize');
    expect(moved?.payload).toMatchObject({
      before: sha,
      after,
      pull_request: { head: { sha: after }, commits: 1 },
    });
  });

  it('say where a pull request was retargeted from', async () => {
    const at = await scene();
    const { number } = await openedPull(at, { branch: 'one', files: { 'a.txt': '1\n' } });
    await at.as('wim').rest.pulls.update({ ...HERE, pull_number: number, base: 'dev' });
    await at.github.hooks.idle();
    expect(at.received.at(-1)?.payload).toMatchObject({
      action: 'edited',
      changes: { base: { ref: { from: 'main' } } },
    });
  });

  it('can be sent again under the same GUID', async () => {
    const at = await scene();
    at.answer(500);
    await openedPull(at, { branch: 'one', files: { 'a.txt': '1\n' } });
    await at.github.hooks.idle();
    at.answer(202);
    const { data } = await at.asApp().rest.apps.listWebhookDeliveries();
    const failed = data.find(({ event, action }) => event === 'pull_request' && action === 'opened');
    expect(failed).toMatchObject({ status_code: 500, redelivery: false });
    await at.asApp().rest.apps.redeliverWebhookDelivery({ delivery_id: failed?.id ?? 0 });
    await at.github.hooks.idle();
    expect(at.received.at(-1)?.guid).toBe(failed?.guid);
    const { data: again } = await at.asApp().rest.apps.listWebhookDeliveries();
    expect(again[0]).toMatchObject({ guid: failed?.guid, status: 'OK', redelivery: true });
  });

  it('can be dropped, repeated and held back by a test', async () => {
    const at = await scene();
    await at.github.hooks.idle();
    at.received.length = 0;
    const { hooks } = at.github;
    hooks.drop(({ event }) => event === 'create');
    hooks.repeat(({ event }) => event === 'check_suite', 2);
    const release = hooks.delay(({ event }) => event === 'push');
    await openedPull(at, { branch: 'one', files: { 'a.txt': '1\n' } });
    await hooks.idle();
    const before = ['check_suite.requested', 'check_suite.requested', 'pull_request.opened'];
    expect(names(at.received)).toEqual(before);
    expect(at.received[0]?.guid).toBe(at.received[1]?.guid);
    release();
    await expect.poll(() => names(at.received)).toEqual([...before, 'push']);
    const { data } = await at.asApp().rest.apps.listWebhookDeliveries();
    expect(data.find(({ event }) => event === 'create')).toMatchObject({ status_code: 502 });
  });

  it('reach a run’s own App when somebody presses its button', async () => {
    const at = await scene();
    const { sha } = await openedPull(at, { branch: 'one', files: { 'a.txt': '1\n' } });
    const bot = (await at.asInstallation()).rest;
    const { data } = await bot.checks.create({ ...HERE, name: 'plan', head_sha: sha });
    await at.as('wim').rest.checks.rerequestRun({ ...HERE, check_run_id: data.id });
    await at.github.hooks.idle();
    expect(at.received.at(-1)?.payload).toMatchObject({
      action: 'rerequested',
      check_run: { id: data.id, check_suite: { head_sha: sha }, pull_requests: [{ number: 1 }] },
      sender: { login: 'wim' },
    });
  });

  it('tell of approvals that a push dismissed', async () => {
    const at = await scene();
    await at.as('ada').rest.repos.updateBranchProtection({
      ...HERE,
      branch: 'main',
      required_status_checks: null,
      enforce_admins: true,
      required_pull_request_reviews: { required_approving_review_count: 1, dismiss_stale_reviews: true },
      restrictions: null,
    });
    const { number } = await openedPull(at, { branch: 'one', files: { 'a.txt': '1\n' } });
    await at.as('wanda').rest.pulls.createReview({ ...HERE, pull_number: number, event: 'APPROVE' });
    await at.github.commitFiles(at.repository, {
      branch: 'one',
      files: { 'b.txt': '2\n' },
      message: 'More',
      author: { login: 'wim' },
    });
    await at.github.hooks.idle();
    expect(names(at.received)).toContain('pull_request_review.dismissed');
    const merge = at.as('wim').rest.pulls.merge({ ...HERE, pull_number: number });
    await expect(merge).rejects.toMatchObject({ status: 405 });
  });
});
