import nock from 'nock';
import { ProbotOctokit } from 'probot';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCodeHosts } from '../../src/github/code-hosts.ts';
import type { CodeHost } from '../../src/ports/code-host.ts';
import { quiet } from './hosted.ts';

const api = 'https://api.github.test';
const shop = '/repos/acme/shop';
const token = 'ghs_secretOfTheInstallation';

const Octokit = ProbotOctokit.defaults((options: object) => ({
  ...options,
  baseUrl: api,
  throttle: { enabled: false },
  retry: { enabled: false },
  log: quiet,
  auth: { token },
}));

const repository = {
  id: 7,
  name: 'shop',
  owner: { login: 'acme' },
  default_branch: 'main',
  archived: false,
};

beforeEach(() => nock.disableNetConnect());
afterEach(() => {
  const left = nock.pendingMocks();
  nock.cleanAll();
  nock.enableNetConnect();
  expect(left).toEqual([]);
});

function hosts() {
  const octokitFor = () => Promise.resolve(new Octokit());
  return createCodeHosts({ octokitFor, log: quiet, now: () => new Date(0) });
}

function known(): void {
  nock(api).get('/app').reply(200, { id: 5, slug: 'tide' });
}

function installed(): void {
  nock(api)
    .get(/^\/app\/installations/)
    .reply(200, [{ id: 1, suspended_at: null }]);
  nock(api)
    .get(/^\/installation\/repositories/)
    .reply(200, { total_count: 1, repositories: [repository] });
}

async function host(): Promise<CodeHost> {
  known();
  installed();
  nock(api).get('/repositories/7').reply(200, repository);
  const found = await hosts().forRepository(7);
  if (found === null) throw new Error('not installed');
  return found;
}

const refused = { message: 'Resource not accessible by integration' };
const tooOften = { message: 'You have exceeded a secondary rate limit.' };
const shopMember = '/orgs/acme/teams/dba/memberships/ada';
const dba = [{ kind: 'team', organisation: 'acme', slug: 'dba' }] as const;

describe('where GitHub answers otherwise', () => {
  it('a team that the App may not see has no members', async () => {
    const at = await host();
    nock(api)
      .get(`${shop}/collaborators/ada/permission`)
      .reply(200, { role_name: 'write', permission: 'write' });
    nock(api).get(shopMember).reply(403, refused);
    expect(await at.person('ada', dba)).toEqual({ login: 'ada', role: 'write', teams: [] });
  });

  it('an invitation to a team is no membership', async () => {
    const at = await host();
    nock(api)
      .get(`${shop}/collaborators/ada/permission`)
      .reply(200, { role_name: 'write', permission: 'write' });
    nock(api).get(shopMember).reply(200, { state: 'pending', role: 'member' });
    expect((await at.person('ada', dba)).teams).toEqual([]);
  });

  it('asking too often is an error, not an answer about the team', async () => {
    const at = await host();
    nock(api)
      .get(`${shop}/collaborators/ada/permission`)
      .reply(200, { role_name: 'write', permission: 'write' });
    nock(api).get(shopMember).reply(403, tooOften);
    await expect(at.person('ada', dba)).rejects.toThrow('secondary rate limit');
  });

  it('a custom role counts as the role that it is based on', async () => {
    const at = await host();
    nock(api)
      .get(`${shop}/collaborators/ada/permission`)
      .reply(200, { role_name: 'release-crew', permission: 'write' });
    expect((await at.person('ada', [])).role).toBe('write');
  });

  it.each([
    [404, { message: 'Not Found' }],
    [401, { message: 'Bad credentials' }],
    [403, { message: 'This installation has been suspended' }],
  ])('a repository answered with %d is not the App’s any more', async (status, body) => {
    known();
    installed();
    nock(api).get('/repositories/7').reply(status, body);
    installed();
    const all = hosts();
    await all.repositories();
    expect(await all.forRepository(7)).toBeNull();
  });

  it.each([
    [500, { message: 'Server Error' }],
    [401, { message: 'A JSON web token could not be decoded' }],
    [403, tooOften],
  ])('a repository answered with %d is an error to be tried again', async (status, body) => {
    known();
    installed();
    nock(api).get('/repositories/7').reply(status, body);
    await expect(hosts().forRepository(7)).rejects.toThrow(body.message);
  });

  it('the App’s name is asked for again where it could not be had', async () => {
    const all = hosts();
    nock(api).get('/app').reply(502, 'Bad Gateway');
    await expect(all.appLogin()).rejects.toThrow();
    nock(api).get('/app').reply(200, { id: 5, slug: 'tide' });
    expect(await all.appLogin()).toBe('tide[bot]');
  });

  it('a commit that no pull request brought has none', async () => {
    const at = await host();
    nock(api)
      .get(/\/commits\/abc\/pulls/)
      .reply(422, { message: 'No commit found for SHA: abc' });
    expect(await at.mergedPullRequestsOf('abc', 'main')).toEqual([]);
  });

  it.each([
    [422, 'expected head sha didn’t match current head ref.'],
    [
      403,
      'refusing to allow a GitHub App to create or update workflow `a.yml` without `workflows` permission',
    ],
  ])('a branch that it does not bring up to date (%i) stays as it is', async (status, message) => {
    const found = await host();
    nock(api).put(`${shop}/pulls/4/update-branch`).reply(status, { message });
    await expect(found.updateBranch({ number: 4, head: 'abc' })).resolves.toBeUndefined();
  });

  it('a branch that it cannot bring up to date now is an error', async () => {
    const found = await host();
    nock(api).put(`${shop}/pulls/4/update-branch`).reply(403, tooOften);
    await expect(found.updateBranch({ number: 4, head: 'abc' })).rejects.toThrow('secondary rate limit');
  });

  it('a draft of a review is none, and one of a deleted account is nobody’s', async () => {
    const at = await host();
    const review = { id: 1, commit_id: 'abc', submitted_at: '2026-03-04T10:00:00Z', state: 'APPROVED' };
    const draft = { id: 2, state: 'PENDING', commit_id: 'abc', user: { login: 'ada', type: 'User' } };
    const byApp = { ...review, id: 3, user: { login: 'helper[bot]', type: 'Bot' } };
    nock(api)
      .get(/\/pulls\/3\/reviews/)
      .reply(200, [{ ...review, user: null }, draft, byApp]);
    const reviews = await at.reviews(3);
    expect(reviews.map(({ login, isBot }) => ({ login, isBot }))).toEqual([
      { login: 'ghost', isBot: false },
      { login: 'helper[bot]', isBot: true },
    ]);
  });

  it('a merge of 300 files or more is taken for written by hand', async () => {
    const at = await host();
    const signature = { name: 'Wanda', email: 'wanda@example.com' };
    const merge = {
      sha: 'm',
      parents: [{ sha: 'one' }, { sha: 'main' }],
      author: { login: 'wanda' },
      committer: { login: 'web-flow' },
      commit: { message: "Merge branch 'main' into one", author: signature, committer: signature },
    };
    const files = Array.from({ length: 300 }, (_, index) => ({
      filename: `${index}.txt`,
      status: 'added',
      sha: `${index}`,
    }));
    nock(api)
      .get(`${shop}/pulls/3`)
      .reply(200, { user: { login: 'ada' }, commits: 1, head: { sha: 'm' }, base: { sha: 'b' } });
    nock(api)
      .get(/\/pulls\/3\/commits/)
      .reply(200, [merge]);
    nock(api)
      .get(/\/commits\/m/)
      .reply(200, { ...merge, files });
    nock(api)
      .get(/\/compare\//)
      .reply(200, { files });
    const { people } = await at.contributors(3);
    expect(people.map(({ login }) => login)).toEqual(['ada', 'wanda']);
  });

  it.each([
    ['UNPROCESSABLE', null],
    ['FORBIDDEN', null],
    ['RATE_LIMITED', 'thrown'],
  ])('a revert that GraphQL refuses as %s is %s', async (type, outcome) => {
    const at = await host();
    nock(api)
      .post('/graphql')
      .reply(200, { data: null, errors: [{ type, message: 'No.' }] });
    const pull = { nodeId: 'PR_1' } as Parameters<CodeHost['revertPullRequest']>[0];
    const reverted = await at.revertPullRequest(pull, 'Take back', 'Why.').catch(() => 'thrown');
    expect(reverted).toBe(outcome);
  });

  it('an error says what was asked, and never the token', async () => {
    const at = await host();
    nock(api).post('/graphql').reply(500, { message: 'Server Error' });
    const error: unknown = await at.pullRequest(9).catch((failure: unknown) => failure);
    expect(error).toBeInstanceOf(Error);
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(token);
  });
});
