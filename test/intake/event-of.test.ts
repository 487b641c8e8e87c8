import { describe, expect, it } from 'vitest';
import type { Event } from '../../src/domain/event.ts';
import type { Job } from '../../src/domain/job.ts';
import { eventOf } from '../../src/intake/event-of.ts';
import { pushOf } from '../../src/intake/push-of.ts';
import { jobsOf } from '../../src/intake/jobs-of.ts';

const repository = { id: 7, full_name: 'acme/shop' };
const zeros = '0'.repeat(40);
const head = 'a'.repeat(40);
const writtenAt = '2026-11-25T12:00:00Z';

function comment(over: object = {}, issue: object = { pull_request: {} }): object {
  const user = { login: 'ada', type: 'User' };
  return {
    action: 'created',
    repository,
    issue: { number: 3, ...issue },
    comment: { id: 9, body: '/plan', user, created_at: writtenAt, ...over },
  };
}

function checkRun(over: object): object {
  const own = { number: 3, base: { repo: { id: 7 } } };
  const foreign = { number: 4, base: { repo: { id: 8 } } };
  return { repository, check_run: { head_sha: head, pull_requests: [own, foreign] }, ...over };
}

const changed = { kind: 'pull-request-changed', repositoryId: 7, pullRequest: 3 } as const;
const commented = {
  kind: 'commented',
  repositoryId: 7,
  pullRequest: 3,
  isPullRequest: true,
  commentId: 9,
  actor: 'ada',
  actorIsBot: false,
  writtenAt,
  commands: [{ kind: 'command', command: { name: 'plan' }, line: '/plan' }],
} as const;
const asked = { kind: 'check-asked', repositoryId: 7, head, pullRequests: [3] } as const;

const queued = {
  head_sha: head,
  head_ref: `refs/heads/gh-readonly-queue/release/1/pr-3-${zeros}`,
  base_sha: zeros,
  base_ref: 'refs/heads/release/1',
};
const group = {
  base: 'release/1',
  branch: `gh-readonly-queue/release/1/pr-3-${zeros}`,
  baseCommit: zeros,
  head,
};
const formed = { kind: 'merge-group-formed', repositoryId: 7, group } as const;

describe('a webhook', () => {
  it.each<[string, object, Event]>([
    ...['opened', 'reopened', 'synchronize', 'ready_for_review'].map((action): [string, object, Event] => [
      'pull_request',
      { action, number: 3, repository },
      { ...changed, reason: `pull_request.${action}` },
    ]),
    [
      'pull_request',
      { action: 'edited', number: 3, repository, changes: { base: { ref: { from: 'dev' } } } },
      { ...changed, reason: 'pull_request.edited' },
    ],
    [
      'pull_request',
      { action: 'closed', number: 3, repository, pull_request: { merged: true } },
      { kind: 'merged', repositoryId: 7, pullRequest: 3 },
    ],
    ...['submitted', 'edited', 'dismissed'].map((action): [string, object, Event] => [
      'pull_request_review',
      { action, pull_request: { number: 3 }, repository },
      { kind: 'reviewed', repositoryId: 7, pullRequest: 3 },
    ]),
    ['issue_comment', comment(), commented],
    ['issue_comment', comment({}, {}), { ...commented, isPullRequest: false }],
    ['issue_comment', comment({ body: null }), { ...commented, commands: [] }],
    [
      'issue_comment',
      comment({ user: { login: 'helper[bot]', type: 'Bot' } }),
      { ...commented, actor: 'helper[bot]', actorIsBot: true },
    ],
    [
      'push',
      { ref: 'refs/heads/release/1', before: head, repository },
      { kind: 'pushed', repositoryId: 7, branch: 'release/1', before: head },
    ],
    [
      'push',
      { ref: 'refs/heads/new', before: zeros, repository },
      { kind: 'pushed', repositoryId: 7, branch: 'new', before: null },
    ],
    ['check_run', checkRun({ action: 'rerequested' }), asked],
    ['check_run', checkRun({ action: 'requested_action', requested_action: { identifier: 'plan' } }), asked],
    [
      'check_suite',
      { action: 'rerequested', repository, check_suite: { head_sha: head, pull_requests: [] } },
      { ...asked, pullRequests: [] },
    ],
    [
      'installation',
      { action: 'created', repositories: [{ id: 1 }, { id: 2 }] },
      { kind: 'repositories-changed', repositoryIds: [1, 2] },
    ],
    [
      'installation_repositories',
      { action: 'added', repositories_added: [{ id: 1 }] },
      { kind: 'repositories-changed', repositoryIds: [1] },
    ],
    ['merge_group', { action: 'checks_requested', repository, merge_group: queued }, formed],
    [
      'merge_group',
      { action: 'destroyed', reason: 'invalidated', repository, merge_group: queued },
      { kind: 'merge-group-destroyed', repositoryId: 7, head },
    ],
    ['repository', { action: 'renamed', repository }, { kind: 'repositories-changed', repositoryIds: [7] }],
    ...['labeled', 'unlabeled'].map((action): [string, object, Event] => [
      'pull_request',
      { action, number: 3, repository },
      { kind: 'labelled', repositoryId: 7, pullRequest: 3 },
    ]),
    ...['added', 'edited', 'removed'].map((action): [string, object, Event] => [
      'member',
      { action, repository, organization: { login: 'acme' } },
      { kind: 'rights-changed', of: { repositoryId: 7 } },
    ]),
    ...[
      ['membership', 'removed'],
      ['organization', 'member_removed'],
      ['team', 'deleted'],
    ].map(([name = '', action]): [string, object, Event] => [
      name,
      { action, organization: { login: 'acme' } },
      { kind: 'rights-changed', of: { organisation: 'acme' } },
    ]),
  ])('%s %j is told', (name, payload, event) => expect(eventOf(name, payload)).toEqual(event));

  it.each<[string, unknown]>([
    ['ping', { zen: 'Design for failure.' }],
    ['pull_request', { action: 'assigned', number: 3, repository }],
    ['membership', { action: 'added' }],
    ['pull_request', { action: 'closed', number: 3, repository }],
    ['pull_request', { action: 'edited', number: 3, repository, changes: { body: { from: '' } } }],
    ['issue_comment', { ...comment(), action: 'edited' }],
    ['issue_comment', { ...comment(), action: 'deleted' }],
    ['issue_comment', comment({ user: null })],
    ['push', { ref: 'refs/tags/v1', before: head, repository }],
    ['check_run', checkRun({ action: 'completed' })],
    ['check_run', checkRun({ action: 'requested_action', requested_action: { identifier: 'approve' } })],
    ['installation', { action: 'deleted', repositories: [{ id: 1 }] }],
    ['constructor', {}],
    ['pull_request', { action: 'constructor' }],
    ['unheard_of', null],
  ])('%s %j is nothing to act on', (name, payload) => expect(eventOf(name, payload)).toBeNull());

  it.each<[string, unknown, string]>([
    ['pull_request', { action: 'opened', number: 'secret', repository }, 'look at number'],
    ['push', { ref: 'refs/heads/main', repository: null }, 'look at before, repository'],
    ['push', null, 'look at'],
  ])('%s that is not as documented names the fields, not what is in them', (name, payload, message) => {
    expect(() => eventOf(name, payload)).toThrow(message);
    expect(() => eventOf(name, payload)).not.toThrow('secret');
  });
});

describe('who pushed what', () => {
  const sender = { login: 'wim' };
  const base = 'b'.repeat(40);
  const synchronized = {
    action: 'synchronize',
    before: base,
    after: head,
    sender,
    pull_request: { head: { ref: 'work', repo: { id: 9 } } },
  };

  it.each<[string, unknown, object | null]>([
    [
      'push',
      { ref: 'refs/heads/a/b', before: zeros, after: head, repository, sender },
      { repositoryId: 7, branch: 'a/b', before: null, head, login: 'wim' },
    ],
    ['pull_request', synchronized, { repositoryId: 9, branch: 'work', before: base, head, login: 'wim' }],
    ['push', { ref: 'refs/heads/a', after: zeros, repository, sender }, null],
    ['push', { ref: 'refs/tags/a', after: head, repository, sender }, null],
    ['push', { ref: 'refs/heads/a', after: head, repository, sender: null }, null],
    ['pull_request', { ...synchronized, action: 'opened' }, null],
    ['pull_request', { ...synchronized, pull_request: { head: { ref: 'work', repo: null } } }, null],
    ['issues', null, null],
  ])('is read from %s %j', (name, payload, push) => expect(pushOf(name, payload)).toEqual(push));
});

describe('what is done about it', () => {
  const job = { repositoryId: 7, pullRequest: 3 } as const;
  const bot = { ...commented, actor: 'helper[bot]', actorIsBot: true };
  const help = { kind: 'command', command: { name: 'help' }, line: '/help' } as const;
  const mistake = { kind: 'mistake', message: 'What?', line: '/plna' } as const;
  const command = {
    kind: 'command',
    ...job,
    isPullRequest: true,
    commentId: 9,
    actor: 'ada',
    writtenAt,
    commands: commented.commands,
  } as const;

  it.each<[string, Event, readonly Job[]]>([
    ['a new head is planned', { ...changed, reason: 'new' }, [{ kind: 'plan', ...job, reason: 'new' }]],
    ['a review is weighed', { kind: 'reviewed', ...job }, [{ kind: 'gate', ...job, reason: 'a review' }]],
    ['a label is weighed', { kind: 'labelled', ...job }, [{ kind: 'gate', ...job, reason: 'a label' }]],
    [
      'new rights are looked into',
      { kind: 'rights-changed', of: { organisation: 'acme' } },
      [{ kind: 'rights', of: { organisation: 'acme' } }],
    ],
    ['a command is run', commented, [command]],
    ['a comment without commands is let be', { ...commented, commands: [] }, []],
    ["a bot's command is refused by the job", bot, [{ ...command, actor: 'helper[bot]' }]],
    ["a bot's other lines are let be", { ...bot, commands: [help, mistake] }, []],
    ['a bot by the name of a person is let be', { ...bot, actor: 'helper' }, []],
    [
      'a push is looked into',
      { kind: 'pushed', repositoryId: 7, branch: 'main', before: null },
      [{ kind: 'push', repositoryId: 7, branch: 'main', before: null }],
    ],
    ['a check is planned again', asked, [{ kind: 'plan', ...job, reason: 'asked on the check' }]],
    ['a check of a fork is looked for', { ...asked, pullRequests: [] }, [{ kind: 'sweep', repositoryId: 7 }]],
    ['a merge group is planned', formed, [{ kind: 'merge-group', repositoryId: 7, group }]],
    [
      'the end of a merge group ends the work on it',
      { kind: 'merge-group-destroyed', repositoryId: 7, head },
      [{ kind: 'merge-group-gone', repositoryId: 7, head }],
    ],
    [
      'a new repository is swept',
      { kind: 'repositories-changed', repositoryIds: [7, 8] },
      [
        { kind: 'sweep', repositoryId: 7 },
        { kind: 'sweep', repositoryId: 8 },
      ],
    ],
  ])('%s', (_what, event, jobs) => expect(jobsOf(event)).toEqual(jobs));
});
