import { describe, expect, it } from 'vitest';
import { commandHelp } from '../../src/report/command-help.ts';
import type { ReplyView, StatusRow } from '../../src/report/reply-view.ts';
import { dangerous, drifted, harmless, hold, plan, reports, ruled, statement, step } from './facts.ts';

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
  'status-of-a-shared-branch': {
    kind: 'status',
    environments: [
      { ...row, environment: 'prod-eu', branch: 'main', hold: { ...hold, issue: 77 } },
      {
        ...row,
        environment: 'prod-us',
        branch: 'main',
        pending: ['0023_c'],
        waitsFor: { before: 'prod-eu', why: ', which is on hold: A migration failed.', issue: 77 },
      },
    ],
    migrations: [],
    gates: [
      { environment: 'prod-eu', decision: ruled },
      { environment: 'prod-us', decision: ruled },
    ],
  },
  'no-longer-planned': { kind: 'no-longer-planned', environment: 'prod-us' },
  'status-with-gate': {
    kind: 'status',
    rules:
      'The rules on `main` (`.github/tidegate.yml`) are not in force. Those of commit `0123456789` decide.',
    environments: [row],
    migrations: [],
    gates: [{ environment: 'dev', decision: ruled }],
  },
  'rollback-preview-dry-run-with-losses': { ...preview, dryRun: true },
  'rollback-preview': preview,
  'rollback-preview-dry-run': { ...preview, dryRun: true, losses: [] },
  'rollback-preview-unconfirmed': { ...preview, confirmations: 0, plan: { ...dangerous, steps: down.steps } },
  'rollback-over-drift': {
    kind: 'rollback-over-drift',
    environment: 'prod',
    what: '#12',
    pullRequest: 12,
    objects: 'table public.orders, index public.`@mood',
    why: 'Drift is only warned of there, so it is taken back all the same.',
  },
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
    before: [],
    branch: 'main',
    revertPullRequest: 14,
  },
  'rollback-done-after-another': {
    kind: 'rollback-done',
    environment: 'prod',
    migrations: ['0022_index-orders'],
    before: ['0024_tax', '0023_vat'],
    branch: 'main',
    revertPullRequest: 14,
  },
  'rollback-done-gone': {
    kind: 'rollback-done',
    environment: 'prod',
    migrations: ['0022_index-orders'],
    before: [],
    branch: 'main',
    revertPullRequest: null,
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
  'confirmation-counted': {
    kind: 'confirmation-counted',
    environment: 'prod',
    login: 'dora',
    missing:
      'A rollback of `prod` needs 2 confirmations from @acme/dba, other than `wim` who asked; 1 counts so far. They comment `/confirm`.',
  },
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
  'flow-down-ended': {
    kind: 'flow-down-ended',
    environment: 'prod',
    branch: 'dev',
    migrations: ['0022_index-orders', '0021_`@mood'],
    isClosed: true,
  },
  'flow-down-with-more': {
    kind: 'flow-down-ended',
    environment: 'prod',
    branch: 'dev',
    migrations: ['0022_index-orders'],
    isClosed: false,
  },
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

  it('to /help names all that `/confirm` can be about', () => {
    const { does = '' } = commandHelp.find(({ name }) => name === 'confirm') ?? {};
    for (const what of ['a rollback', 'a release', '/drift revert', 'round the gate', 'nobody approved']) {
      expect(does).toContain(what);
    }
  });
});
