import { describe, expect, it } from 'vitest';
import { HERE, openedPull, ruleset, scene, textOf, type Scene } from './scene.ts';

const refusal = (status: number, message = /./): unknown =>
  expect.objectContaining({ status, message: expect.stringMatching(message) as string });

interface Wanted {
  readonly method?: 'MERGE' | 'SQUASH' | 'REBASE';
  readonly together?: number;
  readonly bypass?: NonNullable<Parameters<typeof ruleset>[1]>;
}

/** A scene whose main branch has a merge queue that waits for the App's check `gate`. */
async function queueScene({ method = 'MERGE', together = 1, bypass = [] }: Wanted = {}) {
  const at = await scene({ hearsQueues: true });
  const queue = {
    check_response_timeout_minutes: 60,
    grouping_strategy: together > 1 ? ('HEADGREEN' as const) : ('ALLGREEN' as const),
    max_entries_to_build: 5,
    max_entries_to_merge: 5,
    merge_method: method,
    min_entries_to_merge: together,
    min_entries_to_merge_wait_minutes: together > 1 ? 5 : 0,
  };
  const checks = {
    required_status_checks: [{ context: 'gate', integration_id: at.app.id }],
    strict_required_status_checks_policy: false,
  };
  await at.as('ada').rest.repos.createRepoRuleset(
    ruleset(
      [
        { type: 'merge_queue', parameters: queue },
        { type: 'required_status_checks', parameters: checks },
      ],
      bypass,
    ),
  );
  return at;
}

async function check(at: Scene, sha: string, conclusion: 'success' | 'failure') {
  const bot = (await at.asInstallation()).rest;
  await bot.checks.create({ ...HERE, name: 'gate', head_sha: sha, status: 'completed', conclusion });
}

async function readyPull(at: Scene, branch: string, files: Record<string, string>) {
  const pull = await openedPull(at, { branch, files });
  await check(at, pull.sha, 'success');
  return pull;
}

function change(at: Scene, name: 'enqueue' | 'dequeue', nodeId: string, login = 'wim') {
  const type = name === 'enqueue' ? 'Enqueue' : 'Dequeue';
  const query = `mutation($input: ${type}PullRequestInput!) {
    ${name}PullRequest(input: $input) { mergeQueueEntry { position } }
  }`;
  const input = name === 'enqueue' ? { pullRequestId: nodeId } : { id: nodeId };
  return at.as(login).graphql(query, { input });
}

interface Group {
  readonly head_sha: string;
  readonly head_ref: string;
  readonly base_sha: string;
}

/** What the App was told of groups so far, in a line each, and the groups themselves. */
async function told(at: Scene) {
  await at.github.hooks.idle();
  const hooks = at.received.filter(({ event }) => event === 'merge_group').map(({ payload }) => payload);
  const groupOf = (payload: Record<string, unknown>) => payload['merge_group'] as Group;
  const number = (payload: Record<string, unknown>) => /pr-(\d+)-/.exec(groupOf(payload).head_ref)?.[1] ?? '';
  return {
    lines: hooks.map((payload) =>
      [payload['action'], number(payload), payload['reason']].filter(Boolean).join(' '),
    ),
    groups: hooks.filter(({ action }) => action === 'checks_requested').map(groupOf),
  };
}

async function stateOf(at: Scene, number: number) {
  const { data } = await at.as('ada').rest.pulls.get({ ...HERE, pull_number: number });
  return data.merged ? 'merged' : data.state;
}

const head = async (at: Scene, ref = 'heads/main') =>
  (await at.as('ada').rest.git.getRef({ ...HERE, ref })).data.object.sha;

describe('a merge queue', () => {
  it.each(['MERGE', 'SQUASH', 'REBASE'] as const)('merges by %s what passed', async (method) => {
    const at = await queueScene({ method });
    const before = await head(at);
    const { number, nodeId, sha } = await readyPull(at, 'one', { 'a.txt': '1\n' });
    const direct = at.as('wim').rest.pulls.merge({ ...HERE, pull_number: number });
    await expect(direct).rejects.toEqual(refusal(405, /through the merge queue/));
    await change(at, 'enqueue', nodeId);
    const [group] = (await told(at)).groups;
    expect(group).toMatchObject({
      base_sha: before,
      head_ref: `refs/heads/gh-readonly-queue/main/pr-${number}-${before}`,
    });
    expect(await head(at, `heads/gh-readonly-queue/main/pr-${number}-${before}`)).toBe(group?.head_sha);
    expect(await head(at)).toBe(before);
    await check(at, group?.head_sha ?? '', 'success');
    expect(await head(at)).toBe(group?.head_sha);
    const { data } = await at.as('wim').rest.pulls.get({ ...HERE, pull_number: number });
    expect(data).toMatchObject({ merged: true, merge_commit_sha: group?.head_sha, head: { sha } });
    expect((await told(at)).lines).toEqual([`checks_requested ${number}`, `destroyed ${number} merged`]);
    const { data: activity } = await at.as('wim').rest.repos.listActivities({ ...HERE, ref: 'main' });
    expect(activity[0]).toMatchObject({
      activity_type: 'merge_queue_merge',
      actor: { login: 'github-merge-queue[bot]' },
    });
    const { data: landed } = await at.as('wim').rest.repos.listPullRequestsAssociatedWithCommit({
      ...HERE,
      commit_sha: group?.head_sha ?? '',
    });
    expect(landed.map((pull) => pull.number)).toEqual([number]);
    await expect(head(at, `heads/gh-readonly-queue/main/pr-${number}-${before}`)).rejects.toEqual(
      refusal(404),
    );
  });

  it('lets a direct merge pass for who may bypass it', async () => {
    const actor = { actor_type: 'OrganizationAdmin' as const, bypass_mode: 'always' as const };
    const at = await queueScene({ bypass: [actor] });
    const { number } = await openedPull(at, { branch: 'one', files: { 'a.txt': '1\n' } });
    expect((await at.as('ada').rest.pulls.merge({ ...HERE, pull_number: number })).data.merged).toBe(true);
  });

  it('takes nothing that its own checks stop, twice, or by who may not write, and locks its branch', async () => {
    const at = await queueScene();
    const { sha, nodeId } = await openedPull(at, { branch: 'one', files: { 'a.txt': '1\n' } });
    await expect(change(at, 'enqueue', nodeId)).rejects.toThrow(/"gate" is expected/);
    await check(at, sha, 'success');
    await expect(change(at, 'enqueue', nodeId, 'rita')).rejects.toThrow(/write access/);
    await change(at, 'enqueue', nodeId);
    await expect(change(at, 'enqueue', nodeId)).rejects.toThrow(/already in the queue/);
    const push = at
      .as('wim')
      .rest.git.updateRef({ ...HERE, ref: 'heads/one', sha: await head(at), force: true });
    await expect(push).rejects.toEqual(refusal(422, /merge queue/));
    await change(at, 'dequeue', nodeId);
    await expect(change(at, 'dequeue', nodeId)).rejects.toThrow(/not in the queue/);
    await at.github.hooks.idle();
    const actions = at.received
      .filter(({ event }) => event === 'pull_request')
      .map(({ payload }) => [payload['action'], payload['reason']].filter(Boolean).join(' '));
    expect(actions).toEqual(['opened', 'enqueued', 'dequeued MANUAL']);
  });

  it('stacks its groups, and rebuilds those that stood on one whose check failed', async () => {
    const at = await queueScene();
    const one = await readyPull(at, 'one', { 'a.txt': '1\n' });
    const two = await readyPull(at, 'two', { 'b.txt': '2\n' });
    const three = await readyPull(at, 'three', { 'c.txt': '3\n' });
    for (const { nodeId } of [one, two, three]) await change(at, 'enqueue', nodeId);
    const { groups } = await told(at);
    expect(groups[1]?.base_sha).toBe(groups[0]?.head_sha);
    expect(groups[2]?.base_sha).toBe(groups[1]?.head_sha);
    // What passed out of turn waits for what is before it.
    await check(at, groups[2]?.head_sha ?? '', 'success');
    expect(await stateOf(at, three.number)).toBe('open');
    await check(at, groups[1]?.head_sha ?? '', 'failure');
    const after = await told(at);
    expect(after.lines.slice(3)).toEqual([
      `destroyed ${two.number} dequeued`,
      `destroyed ${three.number} invalidated`,
      `checks_requested ${three.number}`,
    ]);
    expect(after.groups[3]?.base_sha).toBe(groups[0]?.head_sha);
    await check(at, after.groups[3]?.head_sha ?? '', 'success');
    await check(at, groups[0]?.head_sha ?? '', 'success');
    const states = await Promise.all([one, two, three].map(({ number }) => stateOf(at, number)));
    expect(states).toEqual(['merged', 'open', 'merged']);
    expect(await textOf(at, 'c.txt', 'main')).toBe('3\n');
  });

  it('takes out what conflicts with what is before it', async () => {
    const at = await queueScene();
    const one = await readyPull(at, 'one', { 'a.txt': '1\n' });
    const two = await readyPull(at, 'two', { 'a.txt': '2\n' });
    for (const { nodeId } of [one, two]) await change(at, 'enqueue', nodeId);
    await at.github.hooks.idle();
    const gone = at.received.find(({ payload }) => payload['action'] === 'dequeued');
    expect(gone?.payload).toMatchObject({ number: two.number, reason: 'MERGE_CONFLICT' });
    expect((await told(at)).lines).toEqual([`checks_requested ${one.number}`]);
  });

  it('builds anew when the base branch moves', async () => {
    const at = await queueScene();
    const { number, nodeId } = await readyPull(at, 'one', { 'a.txt': '1\n' });
    await change(at, 'enqueue', nodeId);
    const author = { login: 'ada' };
    const files = { 'z.txt': 'z\n' };
    const pushed = await at.github.commitFiles(at.repository, {
      branch: 'main',
      files,
      message: 'Z',
      author,
    });
    const { lines, groups } = await told(at);
    expect(lines).toEqual([
      `checks_requested ${number}`,
      `destroyed ${number} invalidated`,
      `checks_requested ${number}`,
    ]);
    expect(groups[1]?.base_sha).toBe(pushed);
  });

  it('checks several at once where it is told to, and finds out which of them is at fault', async () => {
    const at = await queueScene({ together: 2 });
    const one = await readyPull(at, 'one', { 'a.txt': '1\n' });
    const two = await readyPull(at, 'two', { 'b.txt': '2\n' });
    const before = await head(at);
    await change(at, 'enqueue', one.nodeId);
    expect((await told(at)).lines).toEqual([]);
    await change(at, 'enqueue', two.nodeId);
    const [both] = (await told(at)).groups;
    expect(both?.head_ref).toContain(`pr-${two.number}-${before}`);
    const query = `query($owner: String!, $repo: String!, $branch: String!) {
      repository(owner: $owner, name: $repo) { mergeQueue(branch: $branch) { entries(first: 100) { nodes {
        position headCommit { oid } baseCommit { oid } pullRequest { number } } } } } }`;
    const bot = await at.asInstallation({ permissions: { merge_queues: 'read' } });
    const answer = await bot.graphql<{ repository: unknown }>(query, { ...HERE, branch: 'main' });
    expect(answer.repository).toMatchObject({
      mergeQueue: {
        entries: {
          nodes: [
            { position: 1, baseCommit: { oid: before }, pullRequest: { number: one.number } },
            { position: 2, headCommit: { oid: both?.head_sha }, pullRequest: { number: two.number } },
          ],
        },
      },
    });
    await check(at, both?.head_sha ?? '', 'failure');
    const { lines, groups } = await told(at);
    expect(lines.slice(1)).toEqual([
      `destroyed ${two.number} invalidated`,
      `checks_requested ${one.number}`,
      `checks_requested ${two.number}`,
    ]);
    await check(at, groups[1]?.head_sha ?? '', 'failure');
    const rebuilt = (await told(at)).groups.at(-1);
    await check(at, rebuilt?.head_sha ?? '', 'success');
    expect([await stateOf(at, one.number), await stateOf(at, two.number)]).toEqual(['open', 'merged']);
  });
});
