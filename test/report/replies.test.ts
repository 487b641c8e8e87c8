import { describe, expect, it } from 'vitest';
import { commandHelp } from '../../src/report/command-help.ts';
import type { ReplyView, StatusRow } from '../../src/report/reply-view.ts';
import { dangerous, digest, harmless, hold, plan, reports, ruled, statement, step } from './facts.ts';

const down = plan({
  steps: [
    step('0021_add-coupons', {
      direction: 'down',
      statements: [statement('ALTER TABLE orders DROP COLUMN coupon_id'), statement('DROP TABLE coupons')],
      reverse: harmless.steps.flatMap(({ statements }) => statements.map(({ sql }) => sql)),
    }),
  ],
});
const preview = {
  kind: 'rollback-preview',
  environment: 'prod',
  what: '#12',
  pullRequest: 12,
  plan: down,
  losses: ['Dropping `public.coupons` loses about 1,200 rows.'],
  confirmations: 1,
  from: [
    { kind: 'team', organisation: 'acme', slug: 'dba' },
    { kind: 'role', role: 'admin' },
  ],
  requester: 'alice',
  command: '/rollback',
  dryRun: false,
} as const;
const row: StatusRow = {
  environment: 'dev',
  branch: 'dev',
  protected: false,
  applied: 22,
  latest: '0022_index-orders',
  pending: [],
  hold: null,
  behind: [],
  drift: null,
  unavailable: null,
};

const statusDrift: StatusRow['drift'] = {
  objects: [
    { kind: 'table', name: 'public.orders', change: 'changed' },
    { kind: 'index', name: 'public.`@mood', change: 'added' },
  ],
  since: new Date('2026-03-04T05:06:07Z'),
  issue: 30,
};

const offered = {
  kind: 'rollback-offered',
  environment: 'prod',
  migrations: ['0022_index-orders', '0021_add-coupons'],
  withoutDown: ['0021_add-coupons'],
  path: 'migrations/0023_undo_index-orders.sql',
  statements: ['DROP INDEX public.orders_by_day', 'DROP TABLE public.coupons'],
  pullRequest: 41,
} as const;
const drifted = {
  environment: 'prod',
  finding: {
    kind: 'drift',
    changes: [
      { kind: 'table', name: 'public.orders', change: 'changed', before: 'a', after: 'b' },
      { kind: 'type', name: 'public.mood', change: 'changed', before: 'a', after: 'b' },
    ],
    statements: ['ALTER TABLE public.orders ADD COLUMN note text', 'DROP INDEX public.orders_by_day'],
    left: [{ kind: 'type', name: 'public.mood', change: 'changed' }],
    ignored: [
      { kind: 'table', name: 'audit.p2026', change: 'added', reason: 'pg_partman', until: '2026-12-31' },
    ],
    traces: [
      {
        object: 'public.orders',
        at: new Date('2026-03-04T05:06:07Z'),
        owner: null,
        seen: [
          { kind: 'ALTER TABLE', role: 'da`@na', calls: 2, since: new Date('2026-03-04T05:00:07Z') },
          { kind: 'DROP TABLE', role: 'erik', calls: 1, since: null },
        ],
      },
      { object: 'public.`@mood', at: null, owner: 'postgres', seen: [] },
    ],
    digest,
  },
  isHeld: true,
  since: new Date('2026-03-04T05:06:07Z'),
  checkedAt: new Date('2026-03-05T05:06:07Z'),
  issue: 41,
  ended: [{ objects: 'cron.*', reason: 'ours', until: '2026-01-31' }],
  notes: ['`qa` has the same history; the two schemas differ by table public.orders.'],
} as const;
const ran = { state: 'applied', at: new Date('2026-03-04T05:06:07Z'), by: 'dana', pullRequest: 31 } as const;
const notYet = { at: null, by: null, pullRequest: null };

const replies: Readonly<Record<string, ReplyView>> = {
  refused: { kind: 'refused', command: 'rollback', reason: 'It takes write access; `rita` has read.' },
  mistake: { kind: 'mistake', line: '/rolback @acme/dba', message: 'Did you mean `/rollback`?' },
  help: { kind: 'help' },
  status: {
    kind: 'status',
    environments: [
      row,
      {
        ...row,
        environment: 'qa',
        branch: 'qa',
        applied: 20,
        latest: null,
        pending: ['0021_a', '0022_b', '0023_c', '0024_d'],
        behind: [{ environment: 'prod', migrations: ['0019_fix', '0020_fix'] }],
        drift: statusDrift,
      },
      { ...row, environment: 'stage', branch: 'stage', drift: { ...statusDrift, issue: null } },
      { ...row, environment: 'prod', branch: 'main', protected: true, hold, drift: statusDrift },
      { ...row, environment: 'canary', hold: { ...hold, issue: 77 } },
      { ...row, environment: 'lab', applied: null, latest: null, unavailable: 'the connection was refused' },
    ],
    migrations: [
      { migration: '0021_a', places: { dev: ran, qa: ran, prod: ran } },
      { migration: '0022_b', places: { dev: ran, qa: { ...ran, state: 'pending', ...notYet } } },
      { migration: '0023_c|`@acme/dba`', places: { dev: { ...ran, state: 'not-in-branch' } } },
      {
        migration: '0024_d',
        places: { qa: { state: 'pending', ...notYet }, prod: { state: 'held', ...notYet } },
      },
    ],
  },
  'status-with-gate': {
    kind: 'status',
    rules:
      'The rules on `main` (`.github/tidegate.yml`) are not in force. Those of commit `0123456789` decide.',
    environments: [row],
    migrations: [],
    gate: { environment: 'dev', decision: ruled },
  },
  'rollback-preview-dry-run-with-losses': { ...preview, dryRun: true },
  'rollback-preview': preview,
  'rollback-preview-dry-run': { ...preview, dryRun: true, losses: [] },
  'rollback-preview-unconfirmed': { ...preview, confirmations: 0, plan: { ...dangerous, steps: down.steps } },
  'rollback-refused': {
    kind: 'rollback-refused',
    environment: 'prod',
    what: '#12',
    pullRequest: 12,
    reasons: [
      'Later migrations stand on what would be taken back: 0022_index-orders.',
      '0021_add-coupons has no down migration.',
    ],
  },
  'rollback-offered': offered,
  'rollback-offered-dry-run': { ...offered, pullRequest: null },
  'rollback-done': {
    kind: 'rollback-done',
    environment: 'prod',
    migrations: ['0022_index-orders', '0021_add-coupons'],
    revertPullRequest: 14,
  },
  drift: { kind: 'drift', ...drifted },
  'drift-none': {
    kind: 'drift',
    ...drifted,
    finding: { kind: 'none', ignored: drifted.finding.ignored },
    ended: [],
    notes: ['`qa` has the same history, and the same schema.'],
    issue: null,
  },
  'drift-not-compared': {
    kind: 'drift',
    ...drifted,
    finding: { kind: 'not-compared', why: 'No migration has run there yet.' },
    ended: [],
    notes: [],
    issue: null,
  },
  'drift-adopting': {
    kind: 'drift-adopting',
    environment: 'prod',
    pullRequest: 42,
    path: 'migrations/0023_adopt_from_prod.sql',
    statements: drifted.finding.statements,
  },
  'drift-revert': {
    kind: 'drift-revert',
    environment: 'prod',
    plan: down,
    losses: preview.losses,
    confirmations: 1,
    from: preview.from,
    requester: 'alice',
  },
  'drift-reverted': { kind: 'drift-reverted', environment: 'prod' },
  'drift-gone': { kind: 'drift-gone', environment: 'prod' },
  promotion: {
    kind: 'promotion',
    environment: 'prod',
    from: 'qa',
    pullRequest: 31,
    isNew: true,
    migrations: ['0021_add-coupons', '0022_index-orders'],
    left: ['0023_c has to stand on qa for 1 day before prod takes it. Wait until 2026-03-05 09:14 UTC.'],
    broughtBack: {
      pullRequest: 33,
      migrations: [
        { migration: '0019_legacy', pullRequest: 12 },
        { migration: '0020_legacy', pullRequest: null },
      ],
    },
  },
  'promotion-refreshed': {
    kind: 'promotion',
    environment: 'prod',
    from: 'qa',
    pullRequest: 31,
    isNew: false,
    migrations: ['0021_add-coupons'],
    left: [],
    broughtBack: null,
  },
  'promotion-none': {
    kind: 'promotion',
    environment: 'prod',
    from: 'qa',
    pullRequest: null,
    isNew: false,
    migrations: [],
    left: ['0023_c was expected to run on qa before prod takes it, and has never run there.'],
    broughtBack: null,
  },
  retry: { kind: 'retry', environment: 'prod' },
  release: { kind: 'release', environment: 'prod', pending: ['0023_c'], left: null },
  'release-nothing': { kind: 'release', environment: 'prod', pending: [], left: null },
  'release-beneath': {
    kind: 'release',
    environment: 'prod',
    pending: [],
    left: '`dan` asked for it: a freeze',
  },
  'release-preview': {
    kind: 'release-preview',
    environment: 'prod',
    pending: ['0022_index-orders', '0023_c'],
    confirmations: 1,
    from: preview.from,
    requester: 'alice',
  },
  hold: { kind: 'hold', environment: 'prod', login: 'dan', why: 'the launch\n## is @acme/dba today' },
  'glass-broken': {
    kind: 'glass-broken',
    environment: 'prod',
    login: 'ada',
    why: 'checkout <b>is down</b>',
    isMerged: false,
    commit: null,
  },
  'glass-broken-merged': {
    kind: 'glass-broken',
    environment: 'prod',
    login: 'ada',
    why: 'checkout is down',
    isMerged: true,
    commit: null,
  },
  'glass-reviewed': { kind: 'glass-reviewed', environment: 'prod' },
  'confirmation-withdrawn': { kind: 'confirmation-withdrawn', environment: 'prod', login: 'dora' },
  'change-confirmed': {
    kind: 'change-confirmed',
    environment: 'prod',
    login: 'dan',
    next: 'It is decided again, and runs now.',
  },
  'revert-closed': {
    kind: 'revert-closed',
    environment: 'prod',
    migrations: ['0022_index-orders', '0021_`@mood'],
  },
  'revert-replaced': { kind: 'revert-replaced', environment: 'prod', pullRequest: 44 },
  'revert-renewed': { kind: 'revert-renewed', environment: 'prod', pullRequest: 44 },
  'hold-ended': { kind: 'hold-ended', environment: 'prod', why: 'branch and history agree again.' },
};

describe('the answer to a command', () => {
  it.each(Object.entries(replies))('reads well: %s', async (name, view) => {
    await expect(reports.reply(view)).toMatchFileSnapshot(`golden/reply-${name}.md`);
  });

  it('to /help names every command once', () => {
    const names = commandHelp.map(({ name }) => name);
    expect(new Set(names)).toEqual(
      new Set('plan rollback confirm withdraw retry hold release apply drift promote status help'.split(' ')),
    );
    expect(names).toHaveLength(12);
    for (const { name, usage } of commandHelp) expect(usage.split(' ', 1)).toEqual([`/${name}`]);
  });
});

describe('what the App opens', () => {
  it('the issue of a hold reads well', async () => {
    const { title, body } = reports.alertIssue({ environment: 'prod', hold });
    await expect(`${title}\n\n${body}`).toMatchFileSnapshot('golden/alert-issue.md');
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
      requester: 'alice',
      confirmedBy: [],
    };
    const { title } = reports.revertPullRequest(view);
    expect(title).not.toContain('\n');
    expect(title.length).toBeLessThanOrEqual(256);
  });
});
