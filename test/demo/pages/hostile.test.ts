import { describe, expect, it } from 'vitest';
import { renderMarkdown } from '../../../src/demo/github/pages/markdown.ts';
import { HERE } from '../github/scene.ts';
import { reviewedPull, scenePull } from './reviewed-pull.ts';
import { visitor, visitorAs } from './visitor.ts';

const nowhere = { mention: () => '/somebody', issue: () => null };

describe('Markdown of strangers', () => {
  it.each([
    ['a script', '<script>alert(1)</script>after', 'after'],
    ['an event handler', '<b onclick="alert(1)">b</b>', '<p><b>b</b></p>'],
    [
      'a javascript address',
      '<a href="javascript:alert(1)">a</a>',
      '<p><a rel="nofollow noopener">a</a></p>',
    ],
    [
      'one with a tab in it',
      '<a href="java\tscript:alert(1)">a</a>',
      '<p><a rel="nofollow noopener">a</a></p>',
    ],
    ['one in a Markdown link', '[a](javascript:alert(1))', '<p>[a](javascript:alert(1))</p>'],
    ['a data address', '<a href="data:text/html,x">a</a>', '<p><a rel="nofollow noopener">a</a></p>'],
    [
      'a link to another host without a scheme',
      '<a href="//evil.example">a</a>',
      '<p><a rel="nofollow noopener">a</a></p>',
    ],
    ['a picture', '![x](https://evil.example/pixel)', '<p></p>'],
    ['a frame', '<iframe src="https://evil.example"></iframe>x', 'x'],
    ['a form', '<form action="/acme/shop/pull/1/merge" method="post"><button>OK</button></form>', 'OK'],
    ['a style', '<p style="position:fixed;top:0">x</p>', '<p>x</p>'],
    ['a class of the page itself', '<div class="flash good">Merged</div>', '<div>Merged</div>'],
    ['an id that a script could look for', '<div id="timeline" data-live>x</div>', '<div>x</div>'],
    ['a comment', 'a<!-- <script>alert(1)</script> -->b', '<p>ab</p>'],
    ['SVG with a script', '<svg><script>alert(1)</script></svg>x', '<p>x</p>'],
    [
      'a title that closes its attribute',
      '[a](https://e.example "x\\" onclick=alert(1)")',
      'title="x&quot; onclick=alert(1)"',
    ],
    ['a fence’s language that closes its attribute', '```"><script>\nx\n```', '<code>x\n</code>'],
    ['a mention in code', '`@ada`', '<code>@ada</code>'],
  ])('%s is harmless', (_, source, shown) => {
    const html = renderMarkdown(source, nowhere);
    expect(html).toContain(shown);
    expect(html).not.toMatch(
      /<script|<iframe|<form|<img|<svg|<style|<\w+( [\w-]+="[^"]*")* on\w+=|href="(javascript|data|\/\/)/i,
    );
  });

  it('still links, folds and tabulates as on GitHub', () => {
    const html = renderMarkdown(
      'see @ada and <https://e.example>\n\n<details open><summary>S<sub>1</sub></summary>\n\n<kbd>x</kbd>\n\n</details>\n\n|a|\n|-:|\n|1|',
      nowhere,
    );
    expect(html).toContain('<a href="/somebody" class="mention" rel="nofollow noopener">@ada</a>');
    expect(html).toContain('<a href="https://e.example" rel="nofollow noopener">');
    expect(html).toContain('<summary>S<sub>1</sub></summary>');
    expect(html).toContain('<td align="right">1</td>');
  });
});

const hostile = `"><script>alert(1)</script><img src=x onerror=alert(2)>{{csrf}}\u202e`;

describe('a hostile', () => {
  it('title, description, comment, review, branch, file, label, check or deployment comes out as text', async () => {
    const { at, origin, number, path } = await reviewedPull();
    const wim = at.as('wim').rest;
    const branch = 'x"><script>alert(3)</script>';
    const author = { login: 'wim', name: hostile.replaceAll(/[<>]/g, '') };
    const files = { '"><script>alert(4)</script>.sql': `${hostile}\n` };
    const sha = await at.github.commitFiles(at.repository, {
      branch,
      files,
      message: hostile,
      author,
      from: 'main',
    });
    const pull = await wim.pulls.create({
      ...HERE,
      title: hostile,
      body: hostile,
      head: branch,
      base: 'main',
    });
    await wim.issues.createComment({ ...HERE, issue_number: pull.data.number, body: hostile });
    await wim.issues.addLabels({ ...HERE, issue_number: pull.data.number, labels: [hostile] });
    await wim.pulls.createReview({ ...HERE, pull_number: pull.data.number, event: 'COMMENT', body: hostile });
    const issue = await wim.issues.create({ ...HERE, title: hostile, body: hostile });
    const bot = (await at.asInstallation()).rest;
    const annotation = {
      path: hostile,
      start_line: 1,
      end_line: 1,
      annotation_level: 'failure' as const,
      title: hostile,
      message: hostile,
      raw_details: hostile,
    };
    const output = { title: hostile, summary: hostile, text: hostile, annotations: [annotation] };
    const actions = [{ label: '"><script>', description: '"><script>', identifier: '"><script>' }];
    const named = { ...HERE, head_sha: sha, name: hostile, details_url: 'https://e.example/"><script>' };
    const check = await bot.checks.create({ ...named, conclusion: 'failure', output, actions });
    await wim.repos.createCommitStatus({
      ...HERE,
      sha,
      state: 'failure',
      context: hostile,
      description: hostile,
    });
    const wanted = { ...HERE, ref: branch, auto_merge: false, required_contexts: [] };
    await bot.repos.createDeployment({ ...wanted, environment: hostile, description: hostile });

    const browser = await visitorAs(origin, 'wim');
    const hostilePath = `/acme/shop/pull/${pull.data.number}`;
    const addresses = [
      '/',
      '/acme/shop',
      hostilePath,
      `${hostilePath}/files`,
      `${hostilePath}/commits`,
      `/acme/shop/issues/${issue.data.number}`,
      `/acme/shop/runs/${check.data.id}`,
      `/acme/shop/commit/${sha}`,
      `/acme/shop/tree/${encodeURIComponent(branch)}`,
      '/acme/shop/deployments',
      '/acme/shop/%22%3E%3Cscript%3E',
      '/_act-as?return_to=%22%3E%3Cscript%3E',
    ];
    for (const address of addresses) {
      const { html } = await browser.open(address);
      expect([
        address,
        tagsOf(html).filter((tag) =>
          /^<(script(?! src="\/_assets)|img(?! class="avatar))|\son\w+=/.test(tag),
        ),
      ]).toEqual([address, []]);
      expect(html).not.toContain('\u202e');
    }
    expect((await browser.open(path)).text).toContain(`#${number}`);
  });
});

/** Tags as a browser reads them: what is escaped is none. */
function tagsOf(html: string): string[] {
  return html.match(/<[a-z][^>]*>/g) ?? [];
}

describe('a form', () => {
  it('is refused without this site’s token, with another person’s, and from another site', async () => {
    const { at, origin, path, number } = await scenePull();
    const wim = await visitorAs(origin, 'wim');
    const page = await wim.open(path);
    const csrf = /name="csrf" value="([^"]+)"/.exec(page.html)?.[1] ?? '';
    const post = (fields: Record<string, string>, headers: Record<string, string>) =>
      fetch(`${origin}${path}/merge`, {
        method: 'POST',
        redirect: 'manual',
        headers: { cookie: 'act_as=wim', accept: 'text/html', ...headers },
        body: new URLSearchParams({ method: 'merge', ...fields }),
      });
    const refused = [
      await post({}, {}),
      await post({ csrf: 'guessed' }, {}),
      await post({ csrf }, { cookie: 'act_as=ada' }),
      await post({ csrf }, { origin: 'https://evil.example' }),
    ];
    expect(refused.map(({ status }) => status)).toEqual([403, 403, 403, 403]);
    const { data } = await at.as('ada').rest.pulls.get({ ...HERE, pull_number: number });
    expect(data.merged).toBe(false);
  });
});

describe('every page', () => {
  it('forbids scripts and frames of others, and is not kept', async () => {
    const { origin, path } = await scenePull();
    const { headers } = await visitor(origin).open(path);
    expect(headers.get('content-security-policy')).toContain(
      "default-src 'none'; style-src 'self'; script-src 'self'",
    );
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it('sets cookies that scripts cannot read and other sites do not send', async () => {
    const { origin } = await scenePull();
    const browser = visitor(origin);
    const page = await browser.open('/_act-as');
    const csrf = /name="csrf" value="([^"]+)"/.exec(page.html)?.[1] ?? '';
    const body = new URLSearchParams({ csrf, login: 'ada' });
    const answer = await fetch(`${origin}/_act-as`, { method: 'POST', body, redirect: 'manual' });
    expect(answer.headers.getSetCookie()).toEqual([
      'act_as=ada; Path=/; HttpOnly; SameSite=Lax; Max-Age=86400',
    ]);
  });
});
