import nock from 'nock';
import { ProbotOctokit } from 'probot';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { guardingRuleset } from '../../src/domain/guarding-ruleset.ts';
import { createCodeHosts } from '../../src/github/code-hosts.ts';
import type { CodeHost } from '../../src/ports/code-host.ts';
import { quiet } from './hosted.ts';

const api = 'https://api.github.test';
const shop = '/repos/acme/shop';
const Octokit = ProbotOctokit.defaults((options: object) => ({
  ...options,
  baseUrl: api,
  throttle: { enabled: false },
  retry: { enabled: false },
  log: quiet,
  auth: { token: 'ghs_secretOfTheInstallation' },
}));
const repository = { id: 7, name: 'shop', owner: { login: 'acme' }, default_branch: 'main', archived: false };

beforeEach(() => nock.disableNetConnect());
afterEach(() => {
  const left = nock.pendingMocks();
  nock.cleanAll();
  nock.enableNetConnect();
  expect(left).toEqual([]);
});

async function host(): Promise<CodeHost> {
  nock(api).get('/app').reply(200, { id: 5, slug: 'tide' });
  nock(api)
    .get(/^\/app\/installations/)
    .reply(200, [{ id: 1, suspended_at: null }]);
  nock(api)
    .get(/^\/installation\/repositories/)
    .reply(200, { total_count: 1, repositories: [repository] });
  nock(api).get('/repositories/7').reply(200, repository);
  const octokitFor = () => Promise.resolve(new Octokit());
  const hosts = createCodeHosts({ octokitFor, log: quiet, now: () => new Date(0) });
  const found = await hosts.forRepository(7);
  if (found === null) throw new Error('not installed');
  return found;
}

const notProtected = { message: 'Branch not protected' };
const notAccessible = { message: 'Resource not accessible by integration' };
const upgrade = { message: 'Upgrade to GitHub Pro or make this repository public to enable this feature.' };
const context = 'tidegate / plan (prod)';

function protection(status: number, body: object): void {
  nock(api).get(`${shop}/branches/main/protection`).reply(status, body);
}

function rules(status: number, body: object): void {
  nock(api).get(`${shop}/rules/branches/main`).query({ per_page: 100 }).reply(status, body);
}

describe('how GitHub guards a branch', () => {
  it('is read of classic protection: what is left out is not allowed, and administrators pass', async () => {
    const at = await host();
    protection(200, {
      required_status_checks: {
        strict: false,
        contexts: [context],
        checks: [
          { context, app_id: 5 },
          { context: 'build', app_id: null },
        ],
      },
      required_pull_request_reviews: { dismiss_stale_reviews: true },
      enforce_admins: { enabled: false },
      allow_force_pushes: { enabled: true },
    });
    rules(200, []);
    expect(await at.branchGuards('main')).toEqual({
      appId: 5,
      guards: [
        {
          kind: 'protection',
          name: '',
          checks: [
            { context, appId: 5 },
            { context: 'build', appId: null },
          ],
          blocksForcePushes: false,
          blocksDeletions: true,
          dismissesStale: true,
          passedBy: [{ kind: 'administrators', id: null }],
        },
      ],
      unread: [],
    });
  });

  it('is read of an old server that knows no Apps behind its checks', async () => {
    const at = await host();
    protection(200, { required_status_checks: { contexts: [context] }, enforce_admins: { enabled: true } });
    rules(200, []);
    const { guards } = await at.branchGuards('main');
    expect(guards).toMatchObject([{ checks: [{ context, appId: null }], passedBy: [] }]);
  });

  it('is read of rulesets, each with who may pass it by', async () => {
    const at = await host();
    protection(404, notProtected);
    const required = { required_status_checks: [{ context, integration_id: 5 }, { context: 'build' }] };
    rules(200, [
      { type: 'required_status_checks', ruleset_id: 1, parameters: required },
      { type: 'deletion', ruleset_id: 1 },
      { type: 'non_fast_forward', ruleset_id: 2 },
      { type: 'pull_request', ruleset_id: 2, parameters: { dismiss_stale_reviews_on_push: true } },
    ]);
    nock(api)
      .get(`${shop}/rulesets/1`)
      .reply(200, {
        name: 'own',
        bypass_actors: [
          { actor_id: 5, actor_type: 'RepositoryRole', bypass_mode: 'pull_request' },
          { actor_id: null, actor_type: 'Enterprise' },
        ],
      });
    nock(api).get(`${shop}/rulesets/2`).reply(404, { message: 'Not Found' });
    expect((await at.branchGuards('main')).guards).toEqual([
      {
        kind: 'ruleset',
        name: 'own',
        checks: [
          { context, appId: 5 },
          { context: 'build', appId: null },
        ],
        blocksForcePushes: false,
        blocksDeletions: true,
        dismissesStale: false,
        passedBy: [
          { kind: 'role', id: 5 },
          { kind: 'user', id: null },
        ],
      },
      {
        kind: 'ruleset',
        name: '2',
        checks: [],
        blocksForcePushes: true,
        blocksDeletions: false,
        dismissesStale: true,
        passedBy: null,
      },
    ]);
  });

  it.each([
    [notAccessible, 'the App needs administration: read'],
    [upgrade, 'GitHub offers it for this repository on a larger plan alone'],
  ])('is not taken as known where GitHub says: %o', async (answer, needs) => {
    const at = await host();
    protection(403, answer);
    rules(200, []);
    expect(await at.branchGuards('main')).toEqual({
      appId: 5,
      guards: [],
      unread: [{ what: 'the classic branch protection', needs }],
    });
  });

  it('is an error where GitHub is asked too often', async () => {
    const at = await host();
    protection(403, { message: 'You have exceeded a secondary rate limit.' });
    rules(200, []);
    await expect(at.branchGuards('main')).rejects.toThrow('secondary rate limit');
  });
});

describe('the ruleset that guards a branch', () => {
  const wanted = guardingRuleset('prod', 'main', 5);
  const listed = (found: readonly object[]) =>
    nock(api).get(`${shop}/rulesets`).query({ includes_parents: false, per_page: 100 }).reply(200, found);

  it('is made as it is printed', async () => {
    const at = await host();
    listed([{ id: 3, name: 'another' }]);
    nock(api)
      .post(`${shop}/rulesets`, structuredClone(wanted) as object as nock.DataMatcherMap)
      .reply(201, { id: 4 });
    expect(await at.guardBranch(wanted)).toEqual({ kind: 'made' });
  });

  it('is changed where one of its name is there: what others added stays, what weakens it goes', async () => {
    const at = await host();
    listed([{ id: 3, name: 'Tidegate (prod)' }]);
    const build = { context: 'build', integration_id: 8 };
    const own = { actor_id: 5, actor_type: 'Integration', bypass_mode: 'always' };
    const reviews = { type: 'pull_request', parameters: { required_approving_review_count: 1 } };
    nock(api)
      .get(`${shop}/rulesets/3`)
      .reply(200, {
        id: 3,
        name: 'Tidegate (prod)',
        target: 'branch',
        enforcement: 'evaluate',
        bypass_actors: [own, { actor_id: 5, actor_type: 'RepositoryRole', bypass_mode: 'always' }],
        conditions: {
          ref_name: { include: ['refs/heads/release'], exclude: ['refs/heads/main', 'refs/heads/old/*'] },
        },
        rules: [
          { type: 'deletion' },
          reviews,
          {
            type: 'required_status_checks',
            parameters: {
              strict_required_status_checks_policy: true,
              do_not_enforce_on_create: true,
              required_status_checks: [{ context }, build, { context: 'lint', integration_id: null }],
            },
          },
        ],
      });
    const sent: object[] = [];
    nock(api)
      .put(`${shop}/rulesets/3`, (body: (typeof sent)[number]) => sent.push(body) > 0)
      .reply(200, { id: 3 });
    expect(await at.guardBranch(wanted)).toEqual({ kind: 'changed', tookOff: [{ kind: 'role', id: 5 }] });
    const asked = wanted.rules[2].parameters.required_status_checks;
    expect(sent).toEqual([
      {
        name: 'Tidegate (prod)',
        target: 'branch',
        enforcement: 'active',
        bypass_actors: [own],
        conditions: {
          ref_name: { include: ['refs/heads/release', 'refs/heads/main'], exclude: ['refs/heads/old/*'] },
        },
        rules: [
          { type: 'deletion' },
          reviews,
          {
            type: 'required_status_checks',
            parameters: {
              strict_required_status_checks_policy: true,
              do_not_enforce_on_create: true,
              required_status_checks: [build, { context: 'lint' }, ...asked],
            },
          },
          { type: 'non_fast_forward' },
        ],
      },
    ]);
  });

  it('is out of reach where the App may not make one', async () => {
    const at = await host();
    listed([]);
    nock(api).post(`${shop}/rulesets`).reply(403, notAccessible);
    expect(await at.guardBranch(wanted)).toEqual({ kind: 'out-of-reach' });
  });
});
