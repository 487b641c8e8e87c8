import { describe, expect, it } from 'vitest';
import { isObject, objectAt, readDescription, resolve, type Json } from '../support/judge/document.ts';
import { createJudge, type RestAnswer } from '../support/judge/judge.ts';
import { createWatch } from '../support/judge/watch.ts';

const judge = createJudge();
const description = readDescription('rest');

/** The answer that GitHub's own documentation shows for an operation. */
function documented(method: string, template: string, status: number): unknown {
  const responses = objectAt(description, 'paths', template, method.toLowerCase(), 'responses');
  const content = objectAt(resolve(description, responses[String(status)]), 'content', 'application/json');
  const [example] = Object.values(objectAt(content, 'examples'));
  return resolve(description, example)['value'];
}

function object(value: unknown): Json {
  if (!isObject(value)) throw new Error('expected an object');
  return value;
}

const commentPath = '/repos/acme/shop/issues/comments/1';
const comment = object(documented('GET', '/repos/{owner}/{repo}/issues/comments/{comment_id}', 200));
const checkPath = '/repos/acme/shop/check-runs/4';
const check = object(documented('GET', '/repos/{owner}/{repo}/check-runs/{check_run_id}', 200));

const get = (path: string, body: unknown, status = 200): RestAnswer => ({
  method: 'GET',
  path,
  status,
  body,
});

describe('the judge on REST answers', () => {
  it.each([
    ['GET', '/repos/{owner}/{repo}/check-runs/{check_run_id}', 200],
    ['POST', '/repos/{owner}/{repo}/check-runs', 201],
    ['GET', '/repos/{owner}/{repo}/check-runs/{check_run_id}/annotations', 200],
    ['GET', '/repos/{owner}/{repo}/issues/{issue_number}/comments', 200],
    ['POST', '/repos/{owner}/{repo}/deployments', 201],
    ['GET', '/repos/{owner}/{repo}/deployments/{deployment_id}/statuses', 200],
    ['GET', '/repos/{owner}/{repo}/git/trees/{tree_sha}', 200],
    ['GET', '/repos/{owner}/{repo}/git/commits/{commit_sha}', 200],
    ['GET', '/repos/{owner}/{repo}/pulls/{pull_number}/files', 200],
    ['GET', '/repos/{owner}/{repo}/pulls/{pull_number}/reviews', 200],
    ['PUT', '/repos/{owner}/{repo}/pulls/{pull_number}/merge', 200],
    ['GET', '/app', 200],
    ['GET', '/app/hook/deliveries', 200],
  ])('accepts what GitHub documents for %s %s', (method, template, status) => {
    const path = template.replaceAll(/\{\w+\}/g, 'x');
    expect(judge.checkRest({ method, path, status, body: documented(method, template, status) })).toEqual([]);
  });

  it.each<[string, RestAnswer, string]>([
    [
      'a missing field',
      get(commentPath, { ...comment, user: undefined }),
      "the body must have required property 'user'",
    ],
    ['a field of another type', get(commentPath, { ...comment, id: '1' }), '/id must be integer, found "1"'],
    [
      'null where GitHub never gives it',
      get(commentPath, { ...comment, html_url: null }),
      '/html_url must be string',
    ],
    [
      'a time without its zone',
      get(commentPath, { ...comment, created_at: '2026-01-01 10:00' }),
      '/created_at must match format "date-time"',
    ],
    ['a relative address', get(commentPath, { ...comment, url: '/repos/a' }), '/url must match format "uri"'],
    [
      'a word outside of an enumeration',
      get(checkPath, { ...check, conclusion: 'green' }),
      '/conclusion must be equal to one of the allowed values (success, failure,',
    ],
    [
      'a wrong field deep inside',
      get(checkPath, { ...check, output: { ...objectAt(check, 'output'), annotations_count: 'two' } }),
      '/output/annotations_count must be integer',
    ],
    [
      'a field that GitHub does not have',
      get(checkPath, { ...check, approved_by: 'mona' }),
      '/approved_by is a field that GitHub does not describe',
    ],
    [
      'such a field in an item of a list',
      get('/repos/acme/shop/issues/1/comments', [comment, { ...comment, votes: 3 }]),
      '/1/votes is a field that GitHub does not describe',
    ],
    ['an object for a list', get('/repos/acme/shop/issues/1/comments', comment), 'the body must be array'],
    ['nothing for a body', get(checkPath, undefined), 'the body must be object'],
    ['an unknown route', get('/repos/acme/shop/plans', {}), 'no such operation in GitHub’s description'],
    [
      'an unknown method of a known route',
      { method: 'DELETE', path: checkPath, status: 204, body: undefined },
      'no such operation',
    ],
    ['a status that GitHub does not give', get(checkPath, check, 418), 'a status that GitHub does not give'],
    [
      'a body with 204',
      {
        method: 'DELETE',
        path: commentPath,
        status: 204,
        body: { deleted: true },
      },
      'GitHub sends no body here',
    ],
    ['an error without its message', get(commentPath, { error: 'gone' }, 404), '/error is a field that'],
  ])('refuses %s', (_, answer, violation) => {
    expect(judge.checkRest(answer).join('\n')).toContain(violation);
  });

  it('takes a nullable field as null and as a value', () => {
    for (const conclusion of [null, 'failure'])
      expect(judge.checkRest(get(checkPath, { ...check, conclusion }))).toEqual([]);
  });

  it('looks past the query and the prefix of GitHub Enterprise, and into refs with slashes', () => {
    expect(judge.checkRest(get(`/api/v3${checkPath}?per_page=1`, check))).toEqual([]);
    const ref = documented('GET', '/repos/{owner}/{repo}/git/ref/{ref}', 200);
    expect(judge.checkRest(get('/repos/acme/shop/git/ref/heads/feature/a', ref))).toEqual([]);
  });

  it('knows that bad credentials, 304 and a server’s failure can answer anything', () => {
    const message = { message: 'Bad credentials', documentation_url: 'https://docs.github.com/rest' };
    expect(judge.checkRest(get(checkPath, message, 401))).toEqual([]);
    expect(judge.checkRest(get(checkPath, undefined, 304))).toEqual([]);
    expect(judge.checkRest(get(checkPath, { message: 'Server Error' }, 503))).toEqual([]);
  });

  it('does not judge what is not JSON', () => {
    const raw = {
      ...get('/repos/acme/shop/pulls/1', 'diff --git'),
      contentType: 'application/vnd.github.diff',
    };
    expect(judge.checkRest(raw)).toEqual([]);
  });
});

function documentedWebhook(name: string): Json {
  const webhooks = readDescription('webhooks');
  const examples = objectAt(webhooks, 'webhooks', name, 'post', 'requestBody', 'content', 'application/json');
  const [example] = Object.values(objectAt(examples, 'examples'));
  return object(resolve(webhooks, example)['value']);
}

describe('the judge on webhooks', () => {
  const created = documentedWebhook('check-run-requested-action');

  it.each(['check-run-requested-action', 'ping'])(
    'accepts the payload that GitHub documents for %s',
    (name) => {
      const event = name === 'ping' ? 'ping' : 'check_run';
      expect(judge.checkWebhook(event, documentedWebhook(name))).toEqual([]);
    },
  );

  it.each<[string, string, Json, string]>([
    [
      'a missing field',
      'check_run',
      { ...created, sender: undefined },
      "must have required property 'sender'",
    ],
    [
      'another type',
      'check_run',
      { ...created, repository: 'shop' },
      '/repository must be object, found "shop"',
    ],
    [
      'an invented field',
      'check_run',
      { ...created, plan: 1 },
      '/plan is a field that GitHub does not describe',
    ],
    ['an unknown event', 'pushed', {}, 'no such webhook'],
    ['an unknown action', 'pull_request', { action: 'approved' }, 'no such webhook'],
    [
      'an empty payload without an action',
      'push',
      {},
      "webhook push: the body must have required property 'after'",
    ],
    ['an action alone', 'pull_request', { action: 'opened' }, "must have required property 'pull_request'"],
  ])('refuses %s', (_, event, payload, violation) => {
    expect(judge.checkWebhook(event, payload).join('\n')).toContain(violation);
  });
});

describe('a watch', () => {
  it('collects each violation of a test once', () => {
    const watch = createWatch(judge);
    watch.onAnswer(get(checkPath, check));
    watch.onDelivery('nothing_of_github', {});
    watch.onDelivery('nothing_of_github', {});
    expect(watch.violations()).toEqual(['nothing_of_github: no such webhook in GitHub’s description']);
  });
});
