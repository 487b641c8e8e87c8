import type { Decision, DecisionCode, DecisionStatus } from '../../src/domain/gate.ts';
import type { Hazard } from '../../src/domain/hazard.ts';
import type { Hold } from '../../src/domain/hold.ts';
import type { Plan, PlannedStatement, PlanStep } from '../../src/domain/plan.ts';
import type { Promotion } from '../../src/domain/promotion.ts';
import { createReports } from '../../src/report/reports.ts';
import type { OutcomeView, StickyView } from '../../src/report/sticky-view.ts';

export const reports = createReports({
  templatesDirectory: new URL('../../templates', import.meta.url).pathname,
});

export const digest = '4f2a'.repeat(16);
export const wholeUrl = `https://tidegate.example.com/plans/${digest}?expires=1893456000&signature=00ff`;

export function statement(sql: string, more: Partial<PlannedStatement> = {}): PlannedStatement {
  return { sql, line: 2, durationMs: 3.4, locks: [], rewrites: [], ...more };
}

export function step(migration: string, more: Partial<PlanStep> = {}): PlanStep {
  return {
    migration,
    path: `migrations/${migration}.sql`,
    checksum: 'c0ffee',
    direction: 'up',
    transaction: true,
    statements: [],
    reverse: [],
    reverseTransaction: true,
    ...more,
  };
}

export function plan(more: Partial<Plan> = {}): Plan {
  return {
    version: 1,
    environment: 'prod',
    steps: [],
    goesFirst: [],
    problems: [],
    hazards: [],
    reversibility: [],
    schemaDiff: [],
    notes: [],
    digest,
    ...more,
  };
}

/** Adds a table and a column: nothing to fear. */
export const harmless = plan({
  steps: [
    step('0021_add-coupons', {
      statements: [
        statement('CREATE TABLE coupons (\n  id bigint PRIMARY KEY,\n  code text NOT NULL\n)', {
          durationMs: 8.2,
          locks: [{ relation: 'public.coupons', mode: 'AccessExclusiveLock' }],
        }),
        statement('ALTER TABLE orders ADD COLUMN coupon_id bigint', {
          durationMs: 0.8,
          locks: [{ relation: 'public.orders', mode: 'AccessExclusiveLock' }],
        }),
      ],
      reverse: ['ALTER TABLE orders DROP COLUMN coupon_id', 'DROP TABLE coupons'],
    }),
  ],
  reversibility: [
    {
      migration: '0021_add-coupons',
      verdict: 'proven',
      reason: 'Taking it back leaves the schema as it was.',
    },
  ],
  schemaDiff: [
    {
      kind: 'table',
      name: 'public.coupons',
      change: 'added',
      before: null,
      after: 'CREATE TABLE public.coupons (\n  id bigint NOT NULL,\n  code text NOT NULL\n)',
    },
    {
      kind: 'table',
      name: 'public.orders',
      change: 'changed',
      before: 'CREATE TABLE public.orders (\n  id bigint NOT NULL,\n  total numeric\n)',
      after: 'CREATE TABLE public.orders (\n  id bigint NOT NULL,\n  total numeric,\n  coupon_id bigint\n)',
    },
  ],
  notes: ['`migrations/README.md` is no migration and is ignored.'],
});

/** Tried on a shadow of another version. */
export const cautioned: Plan = {
  ...harmless,
  cautions: [
    'The target is PostgreSQL 15, the shadow 18: what differs between them is not seen here. To mend that, whoever runs Tidegate runs `tidegate shadow install 15` there.',
  ],
};

/** One that stands on `qa` as it has to, and one that flows down. */
export const promotion: Promotion = {
  from: 'qa',
  asOf: '2026-03-04T12:00:00.000Z',
  soakMs: 86_400_000,
  isHotfix: false,
  migrations: [
    {
      migration: '0021_add-coupons',
      standing: 'ready',
      where: 'qa',
      ranAt: '2026-03-02T09:14:31.000Z',
      durationMs: 312,
      isSameContent: true,
      pullRequest: 9,
      soakedAt: null,
    },
  ],
  reverted: [],
};

const takenBack = { pullRequest: 13, at: '2026-03-01T10:05:00.000Z' };

/** How else a migration can stand, one each. */
export const promotionOfAll: Promotion = {
  ...promotion,
  migrations: promotion.migrations.flatMap((one) => [
    one,
    { ...one, isSameContent: null, durationMs: null, pullRequest: null },
    { ...one, standing: 'ran-above' as const, where: 'live' },
    {
      ...one,
      standing: 'hotfix' as const,
      ranAt: null,
      isSameContent: null,
      durationMs: null,
      pullRequest: null,
    },
    { ...one, standing: 'hotfix' as const, soakedAt: '2026-03-05T09:14:31.000Z' },
    { ...one, standing: 'not-soaked' as const, soakedAt: '2026-03-05T09:14:31.000Z' },
    {
      ...one,
      standing: 'never-ran' as const,
      ranAt: null,
      isSameContent: null,
      durationMs: null,
      pullRequest: null,
    },
    { ...one, standing: 'other-content' as const, isSameContent: false },
    { ...one, standing: 'failed' as const, isSameContent: null, durationMs: null, pullRequest: null },
    { ...one, standing: 'rolled-back' as const, isSameContent: null, durationMs: null, pullRequest: null },
    { ...one, takenBack: { ...takenBack, asked: { login: 'dan', number: 10 }, isSameContent: true } },
    { ...one, takenBack: { ...takenBack, isSameContent: false } },
    { ...one, takenBack: { ...takenBack, pullRequest: null } },
  ]),
  reverted: [
    { migration: '0019_drop-legacy', pullRequest: 11 },
    { migration: '0020_`@acme/dba`', pullRequest: null },
    { migration: '0018_prices', ...takenBack, asked: { login: 'dan', number: 10 }, isSameContent: true },
    { migration: '0017_names', ...takenBack, isSameContent: false },
  ],
};

export const indexHazard: Hazard = {
  rule: 'index-not-concurrent',
  severity: 'high',
  migration: '0022_index-orders',
  path: 'migrations/0022_index-orders.sql',
  line: 3,
  message: 'CREATE INDEX on `public.orders` blocks writes to it until the index is built.',
  advice: 'Use CREATE INDEX CONCURRENTLY in a migration of its own, with pgm.noTransaction().',
};

/** Blocks writes and loses data on the way back. */
export const dangerous = plan({
  steps: [
    ...harmless.steps,
    step('0022_index-orders', {
      statements: [
        statement('CREATE INDEX orders_total ON orders (total)', {
          line: 3,
          durationMs: 1240,
          locks: [{ relation: 'public.orders', mode: 'ShareLock' }],
        }),
        statement('ALTER TABLE users ALTER COLUMN age TYPE bigint', {
          locks: [{ relation: 'public.users', mode: 'AccessExclusiveLock' }],
          rewrites: ['public.users'],
        }),
      ],
      reverse: ['DROP INDEX orders_total'],
    }),
    step('0023_grant', {
      transaction: false,
      statements: [
        statement('CREATE ROLE reporting', {
          durationMs: null,
          notTried: 'needs a privilege that the shadow does not give',
        }),
      ],
    }),
  ],
  hazards: [
    {
      ...indexHazard,
      rule: 'required-column',
      severity: 'medium',
      line: 9,
      waiver: { rule: 'required-column', until: '2026-12-31', reason: 'the table is empty' },
    },
    {
      ...indexHazard,
      rule: 'type-change-rewrites',
      severity: 'medium',
      line: 4,
      message: 'Changing the type of `public.users.age` writes the whole table anew.',
      advice: 'Add a new column, fill it in batches, then swap the two.',
    },
    indexHazard,
  ],
  reversibility: [
    ...harmless.reversibility,
    {
      migration: '0022_index-orders',
      verdict: 'lossy',
      reason: 'After down the column `age` was still a bigint.',
    },
    { migration: '0023_grant', verdict: 'irreversible', reason: 'It has no down migration.' },
  ],
  goesFirst: ['0020_backfill'],
});

/** A migration that PostgreSQL refuses. */
export const broken = plan({
  steps: [
    step('0024_typo', {
      statements: [statement('ALTER TABLE ordres ADD COLUMN note text', { durationMs: null })],
    }),
  ],
  problems: [
    {
      code: 'dry-run-up',
      message: '`0024_typo` was expected to run on the shadow; its first statement failed.',
      migration: '0024_typo',
      path: 'migrations/0024_typo.sql',
      line: 2,
      detail: 'ERROR: relation "ordres" does not exist\nHINT: Perhaps you meant "orders".',
    },
  ],
});

export function decision(
  status: DecisionStatus,
  code: DecisionCode,
  message: string,
  children: readonly Decision[] = [],
): Decision {
  return { status, code, message, children };
}

export const allowed = decision('allowed', 'allowed', 'The plan may run on prod.', [
  decision('allowed', 'enough-approvals', '1 approval is needed, and 1 counts.', [
    decision('allowed', 'approval-counts', '`dana` approved this plan as a member of `acme/dba`.'),
  ]),
]);

/** Allowed outside of a window. */
export const beforeWindow: Decision = {
  ...allowed,
  children: [
    ...allowed.children,
    decision(
      'allowed',
      'window-shut',
      '`prod` takes migrations in its windows alone (Mon-Thu 09:00-16:00 Europe/Berlin): merged before, it waits, and is applied by itself from Mon 15 Jun 2026 09:00 Europe/Berlin on.',
    ),
  ],
};

/** Let through by who may, without the approvals. */
export const letThrough = decision(
  'allowed',
  'glass-broken',
  '`ada` lets this through without what `prod` asks for: checkout @acme/dba is down',
  [decision('waiting', 'too-few-approvals', '1 approval is needed, and none counts.')],
);

export const waiting = decision('waiting', 'waiting', '1 approval is needed from a member of `acme/dba`.', [
  decision('waiting', 'too-few-approvals', '1 approval is needed, and none counts.'),
]);

/** Two rules, of which one is met. */
export const ruled: Decision = {
  ...decision(
    'waiting',
    'too-few-approvals',
    '`prod` needs more approvals by who did not write this: 2 approvals.',
    [
      decision('allowed', 'rule-met', '1 approval from `dana`; 1 counts.'),
      {
        ...decision('waiting', 'rule-not-met', 'Since it touches `public.orders`: 1 of 2 is there.'),
        wanted: '2 approvals from a member of `acme/dba`',
        found: '1 counts',
        who: 'a member of `acme/dba`',
      },
    ],
  ),
  who: 'a member of `acme/dba`',
};

export const coAuthored = decision(
  'waiting',
  'waiting',
  '1 approval is needed from a member of `acme/dba`, by somebody who did not write this.',
  [
    decision('waiting', 'too-few-approvals', '1 approval is needed, and none counts.', [
      decision(
        'refused',
        'approval-by-contributor',
        '`carl` approved, but is a co-author of commit `1234567890`.',
      ),
      decision('refused', 'approval-without-right', '`rita` approved, but is no member of `acme/dba`.'),
    ]),
  ],
);

export const hold: Hold = {
  reason: 'apply-failed',
  message: '0020_backfill failed on prod when #11 was merged: canceling statement due to lock timeout.',
  waysOut: [
    'If the cause was passing (a lock, a full disk): mend it, then comment `/retry` on #11.',
    'If the SQL is wrong: merge a pull request that changes or removes 0020_backfill.',
  ],
  migrations: ['0020_backfill'],
  commit: '9f8e7d6c5b4a39281706',
  pullRequest: 11,
  since: new Date('2026-03-04T05:06:07Z'),
  issue: 13,
};

export function outcome(more: Partial<OutcomeView> = {}): OutcomeView {
  return { status: 'applied', environment: 'prod', commit: 'abc', steps: [], message: null, ...more };
}

export function sticky(more: Partial<StickyView> = {}): StickyView {
  return {
    repositoryId: 7,
    pullRequest: { number: 12, base: 'main', head: '0123456789abcdef0123', author: 'alice' },
    environment: 'prod',
    protected: true,
    plan: harmless,
    decision: allowed,
    hold: null,
    outcome: null,
    wholeUrl,
    ...more,
  };
}

/** A drift of `prod`. */
export const drifted = {
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
