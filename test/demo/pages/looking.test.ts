import { describe, expect, it } from 'vitest';
import { HERE } from '../github/scene.ts';
import { migration, reviewedPull } from './reviewed-pull.ts';
import { visitor, visitorAs } from './visitor.ts';

describe('a pull request’s page', () => {
  it('shows what GitHub would: the conversation, the checks, what is required, why it may not be merged', async () => {
    const pull = await reviewedPull();
    const page = await (await visitorAs(pull.origin, 'wim')).open(pull.path);
    for (const words of [
      'Pull feature/add-email #1 open wim wants to merge 1 commit into main from feature/add-email',
      'tide bot commented',
      'rita approved these changes',
      'approved (no write access)',
      'Review required At least 1 approving review is required by reviewers with write access.',
      'Some checks were not successful 1 failing, 1 pending, 1 successful checks',
      '✕ tide / gate (prod) — One approval is missing tide Required Details',
      '● security scan — Expected — waiting for status to be reported Required',
      '✓ tide / plan (prod) — 1 step, 1 hazard tide Required Details',
      'No conflicts with base branch',
      'Required status check "tide / gate (prod)" is failing.',
      '👀 1',
    ])
      expect(page.text).toContain(words);
    expect(page.html).toMatch(/value="merge" class="primary" disabled/);
  });

  it('renders GitHub-flavoured Markdown and hides the bot’s marker', async () => {
    const pull = await reviewedPull();
    const { html } = await visitor(pull.origin).open(pull.path);
    expect(html).not.toContain('tide:plan');
    for (const piece of [
      '<th align="center">lock</th>',
      '<details><summary>Schema diff</summary>',
      '<span class="diff-del">-  email varchar(20)</span>',
      '<span class="diff-add">+  email text not null</span>',
      '<blockquote class="alert alert-warning">',
      '<a href="/orgs/acme/teams/dba" class="mention" rel="nofollow noopener">@acme/dba</a>',
      '<a href="/acme/shop/issues/1" rel="nofollow noopener">#1</a>',
      '☑ tried on a shadow',
    ])
      expect(html).toContain(piece);
  });

  it('puts a check’s annotations under their lines among the changed files', async () => {
    const pull = await reviewedPull();
    const { text } = await visitor(pull.origin).open(`${pull.path}/files`);
    expect(text).toContain(
      `3 + CREATE INDEX orders_email ON orders (email); index-blocks-writes warning · ${migration}, line 3 · tide / plan (prod) CREATE INDEX blocks writes to orders.`,
    );
    expect(text).toContain('Annotations on files that did not change here Failure README.md, line 1');
  });

  it('shows a check run whole', async () => {
    const pull = await reviewedPull();
    const { text } = await (await visitorAs(pull.origin, 'wim')).open(`/acme/shop/runs/${pull.planRun}`);
    expect(text).toContain('tide / plan (prod) success · by tide on');
    expect(text).toContain(
      'Re-run Plan again 1 step, 1 hazard The plan has 1 step . Details step ms add-email 12',
    );
    expect(text).toContain('index-blocks-writes');
  });
});

describe('a pull request’s page, read aloud', () => {
  it.each([
    ['somebody who only looks on', null],
    ['its author', 'wim'],
    ['an administrator', 'ada'],
  ])('for %s', async (_, login) => {
    const pull = await reviewedPull();
    const browser = login === null ? visitor(pull.origin) : await visitorAs(pull.origin, login);
    const { text } = await browser.open(pull.path);
    const steady = text
      .replaceAll(/\b[0-9a-f]{7}\b/g, 'SHA')
      .replaceAll(/\d+ \w+, \d\d:\d\d UTC/g, 'TIME')
      .replaceAll(/(.{60,90}) /g, '$1\n');
    await expect(`${steady}\n`).toMatchFileSnapshot(`golden/pull-request-${login ?? 'nobody'}.txt`);
  });
});

describe('addresses', () => {
  it('lead somewhere wherever the API names one for people', async () => {
    const pull = await reviewedPull();
    const found = new Set<string>();
    const bot = (await pull.at.asInstallation()).rest;
    const open = { ...HERE, auto_merge: false, required_contexts: [], environment: 'prod' };
    await bot.repos.createDeployment({ ...open, ref: 'main' });
    const wim = pull.at.as('wim').rest;
    await wim.issues.create({ ...HERE, title: 'A question' });
    for (const answer of [
      wim.repos.get(HERE),
      wim.pulls.get({ ...HERE, pull_number: pull.number }),
      wim.pulls.listFiles({ ...HERE, pull_number: pull.number }),
      wim.pulls.listReviews({ ...HERE, pull_number: pull.number }),
      wim.issues.listForRepo(HERE),
      wim.issues.listComments({ ...HERE, issue_number: pull.number }),
      wim.repos.getCommit({ ...HERE, ref: 'main' }),
      wim.repos.getBranch({ ...HERE, branch: 'feature/add-email' }),
      bot.checks.listForRef({ ...HERE, ref: 'feature/add-email' }),
      bot.checks.listAnnotations({ ...HERE, check_run_id: pull.planRun }),
      bot.teams.list({ org: 'acme' }),
      bot.orgs.get({ org: 'acme' }),
      pull.at.asApp().rest.apps.getAuthenticated(),
      pull.at.asApp().rest.apps.getInstallation({ installation_id: pull.at.installation.id }),
    ])
      collect((await answer).data, found);
    const paths = [...found].map((address) => address.slice(pull.origin.length).replace(/#.*$/, '')).sort();
    expect(paths.length).toBeGreaterThan(15);
    const browser = visitor(pull.origin);
    for (const path of new Set(paths)) expect([path, (await browser.open(path)).status]).toEqual([path, 200]);
  });

  it('lead to pages that show what stands there', async () => {
    const browser = visitor((await reviewedPull()).origin);
    for (const [path, words] of [
      ['/', 'acme/shop Private'],
      ['/acme/shop', 'main default protected: 3 required checks, 1 approval'],
      ['/acme/shop/commits/feature/add-email', 'Commits of feature/add-email'],
      ['/acme/shop/tree/feature/add-email/migrations', '1700000000021_add-email.sql'],
      ['/acme/shop/blob/feature/add-email/NOTES.md', '2 With e-mail.'],
      ['/acme/shop/raw/main/README.md', '# Shop'],
      ['/acme/shop/pull/1.diff', '+With e-mail.'],
      ['/acme/shop/pull/1/commits', 'Work on feature/add-email'],
      ['/acme/shop/issues/1', 'Pull feature/add-email #1'],
      ['/acme/shop/deployments', 'Nothing has been deployed yet.'],
      ['/orgs/acme/teams/dba', '@acme/dba A team of acme Members wanda'],
      ['/_act-as', 'maintain in acme/shop · @acme/dba Act as wanda'],
      ['/avatars/wim', 'WI'],
    ] as const) {
      const shown = await browser.open(path);
      expect([path, shown.status]).toEqual([path, 200]);
      expect(shown.text).toContain(words);
    }
  });

  it('that lead nowhere say so in a page', async () => {
    const browser = visitor((await reviewedPull()).origin);
    for (const path of [
      '/nobody-here',
      '/acme/none',
      '/acme/shop/pull/99',
      '/acme/shop/pull/x',
      '/acme/shop/runs/1',
      '/acme/shop/blob/main/none',
      '/acme/shop/wiki',
    ]) {
      const shown = await browser.open(path);
      expect([path, shown.status, shown.text]).toEqual([path, 404, expect.stringContaining('404 Not Found')]);
    }
  });

  it('leave the API to those who ask for JSON', async () => {
    const { origin: here } = await reviewedPull();
    const answer = await fetch(`${here}/orgs/acme`, { headers: { accept: 'application/vnd.github+json' } });
    expect(answer.headers.get('content-type')).toContain('application/json');
  });
});

/** Every `html_url` and its like below a value. */
function collect(value: unknown, found: Set<string>): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    const isForPeople = [
      'html_url',
      'blob_url',
      'raw_url',
      'diff_url',
      'patch_url',
      'blob_href',
      'avatar_url',
      'html',
    ].includes(key);
    if (isForPeople && typeof inner === 'string') found.add(inner);
    else collect(inner, found);
  }
}
