import { describe, expect, it } from 'vitest';
import type { Plan } from '../../src/domain/plan.ts';
import type { EnvironmentKey } from '../../src/domain/repository.ts';
import { planLink, planRoute } from '../../src/http/plan-route.ts';
import { createServer } from '../../src/http/server.ts';
import { createReports } from '../../src/report/reports.ts';
import { templatesDirectory } from '../../src/service/templates-directory.ts';

const digest = 'd'.repeat(64);
const plan: Plan = {
  version: 1,
  environment: '<script>alert(1)</script>',
  steps: [],
  goesFirst: [],
  problems: [],
  hazards: [],
  reversibility: [],
  schemaDiff: [],
  notes: [],
  digest,
};
const day = 24 * 3600 * 1000;
const made = new Date('2026-06-01T00:00:00Z');
const later = (milliseconds: number): Date => new Date(made.getTime() + milliseconds);

const key = { repositoryId: 7, environment: 'dev' };

/** Asks for a path as somebody would at that time. */
async function get(path: string, now: Date) {
  const record = { ...key, pullRequest: 1, head: 'h', base: 'b', plan, madeAt: made };
  const planByDigest = (of: EnvironmentKey, asked: string) =>
    Promise.resolve(asked === digest && of.environment === 'dev' && of.repositoryId === 7 ? record : null);
  const reports = createReports({ templatesDirectory });
  const pages = { records: { planByDigest }, reports, secret: 'link secret', clock: () => now };
  return (await createServer([planRoute(pages)])).inject({ method: 'GET', url: path });
}

function link(asked = digest, secret = 'link secret'): URL {
  return new URL(planLink('https://tidegate.example', { ...key, digest: asked }, secret, () => made));
}

const pathOf = (url: URL): string => `${url.pathname}${url.search}`;

function changed(change: (query: URLSearchParams) => void): string {
  const url = link();
  change(url.searchParams);
  return pathOf(url);
}

describe('the page of a whole plan', () => {
  it('is given to whoever has its link, for thirty days, as a page without scripts', async () => {
    const answer = await get(pathOf(link()), later(30 * day - 1000));
    expect(answer.statusCode).toBe(200);
    expect(answer.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    expect(answer.headers['content-security-policy']).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
    expect(answer.body).toContain(digest);
    expect(answer.body).not.toContain('<script');
  });

  it('is refused once the link has expired, and says how to get a fresh one', async () => {
    const answer = await get(pathOf(link()), later(30 * day));
    expect([answer.statusCode, answer.body]).toEqual([403, expect.stringMatching(/expired.*`\/plan`/)]);
  });

  it.each([
    { what: 'without a signature', path: `/plans/7/dev/${digest}` },
    { what: 'with the link of the same plan elsewhere', path: `/plans/8/dev/${digest}${link().search}` },
    { what: 'with the link of another plan', path: `/plans/7/dev/${digest}${link('e'.repeat(64)).search}` },
    { what: 'signed with another secret', path: pathOf(link(digest, 'another')) },
    { what: 'made to last longer', path: changed((query) => query.set('expires', '9999999999')) },
    { what: 'with an empty signature', path: changed((query) => query.set('signature', '')) },
    { what: 'with a signature given twice', path: changed((query) => query.append('signature', 'a')) },
    { what: 'with no number', path: changed((query) => query.set('expires', '1e99')) },
  ])('is refused $what, and shows nothing', async ({ path }) => {
    const answer = await get(path, later(0));
    expect(answer.statusCode).toBe(403);
    expect(answer.body).toBe('A link from a comment of Tidegate was expected; this is none.\n');
  });

  it('says that there is none for a digest that is not kept', async () => {
    expect((await get(pathOf(link('e'.repeat(64))), later(0))).statusCode).toBe(404);
  });

  it('has its stylesheet beside it', async () => {
    const answer = await get('/assets/tidegate.css', later(0));
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, 'text/css; charset=utf-8']);
  });
});
