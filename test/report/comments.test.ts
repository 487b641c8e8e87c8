import { describe, expect, it } from 'vitest';
import {
  allowed,
  beforeWindow,
  broken,
  coAuthored,
  cautioned,
  dangerous,
  decision,
  ruled,
  harmless,
  hold,
  letThrough,
  outcome,
  plan,
  promotion,
  promotionOfAll,
  reports,
  statement,
  step,
  sticky,
  waiting,
} from './facts.ts';
import { notReachedReason } from '../../src/domain/plan.ts';
import { hostilePlan, hostileText } from './hostile.ts';
import type { OutcomeStep, StickyView } from '../../src/report/sticky-view.ts';

const done: OutcomeStep = {
  migration: '0021_add-coupons',
  direction: 'up',
  status: 'done',
  durationMs: 312.6,
  error: null,
};
const failed: OutcomeStep = {
  migration: '0022_index-orders',
  direction: 'up',
  status: 'failed',
  durationMs: null,
  error: 'ERROR: canceling statement due to lock timeout',
};
const onHold = decision('waiting', 'waiting', 'prod is on hold.', [
  decision('waiting', 'on-hold', 'prod is on hold since 2026-03-04.'),
]);
const planRed = decision('refused', 'refused', 'The plan is red.', [
  decision('refused', 'plan-red', 'The plan is red.'),
]);
const nothing = decision('allowed', 'nothing-to-run', 'There is nothing to run.');
const huge = plan({
  steps: Array.from({ length: 30 }, (_, index) =>
    step(`${1000 + index}_fill`, {
      statements: Array.from({ length: 40 }, (_unused, row) =>
        statement(`INSERT INTO zones (id, name) VALUES (${row}, '${'north '.repeat(20)}')`),
      ),
      reverse: [`DELETE FROM zones WHERE id < 40`],
    }),
  ),
});

const untried = { durationMs: null, notTried: notReachedReason };

const comments: Readonly<Record<string, StickyView>> = {
  green: sticky(),
  'changes-rules': sticky({
    plan: plan({ notes: ['It changes .github/tidegate.yml.'] }),
    rules: {
      environments: [
        {
          name: 'prod',
          rules: [
            {
              before: 'asks for 2 approvals from a member of `acme/dba`',
              after: 'asks for 1 approval from a member of `acme/dba` or `a|b`',
              direction: 'looser',
            },
            { before: null, after: 'takes plans for 7 days', direction: 'stricter' },
            { before: 'is the branch `main`', after: 'is the branch `live`', direction: 'other' },
          ],
        },
      ],
      past: {
        looked: 50,
        notKnown: 2,
        wouldWait: [],
        wouldPass: [41],
        askedMore: [],
        askedFewer: Array.from({ length: 13 }, (_, index) => 40 - index),
      },
    },
  }),
  'not-guarded': sticky({
    guards: [
      'On `main`, `tidegate / plan (prod)` and `tidegate / gate (prod)`: not required.',
      'On `main`, force pushes and deletion: not blocked.',
    ],
  }),
  unprotected: sticky({
    environment: 'dev',
    protected: false,
    decision: decision('allowed', 'not-protected', 'dev is not protected.'),
  }),
  dangerous: sticky({ plan: dangerous }),
  'dry-run-failed': sticky({ plan: broken, decision: planRed }),
  stranger: sticky({
    plan: plan({
      steps: [step('0021_add-coupons', { statements: [statement('DROP TABLE coupons', untried)] })],
      problems: [
        {
          code: 'not-vouched',
          message: 'This comes from a fork, so nothing of it is run before somebody has read it.',
        },
      ],
      notes: ['1 migration is code and is not shown: what code does is known only once it is run.'],
    }),
    decision: planRed,
  }),
  'gate-waiting': sticky({ decision: waiting }),
  'before-window': sticky({ decision: beforeWindow }),
  'let-through': sticky({ decision: letThrough }),
  'waiting-for-window': sticky({
    decision: null,
    outcome: outcome({ status: 'waiting', until: 'Mon 15 Jun 2026 09:00 Europe/Berlin' }),
  }),
  'gate-co-author': sticky({ decision: coAuthored }),
  'approval-fell': sticky({
    decision: ruled,
    fallen: ['`dana` approved `abcdef0`, where the plan was another: approve `1234567`.'],
  }),
  'on-hold': sticky({ decision: onHold, hold }),
  applied: sticky({
    outcome: outcome({
      steps: [done, { ...done, migration: '0022_index-orders', status: 'already', durationMs: null }],
    }),
  }),
  'apply-failed': sticky({
    hold: { ...hold, pullRequest: 12 },
    outcome: outcome({
      status: 'failed',
      steps: [done, failed],
      message: 'canceling statement due to lock timeout',
    }),
  }),
  'in-doubt': sticky({
    outcome: outcome({
      status: 'in-doubt',
      steps: [{ ...failed, status: 'in-doubt', error: 'Connection terminated unexpectedly' }],
    }),
  }),
  held: sticky({
    hold: {
      ...hold,
      reason: 'not-approved',
      pullRequest: 12,
      message: '#12 was merged into main, but the gate does not allow its migrations.',
    },
    outcome: outcome({
      status: 'held',
      steps: [{ ...failed, error: null }],
      message: '#12 was merged into main, but the gate does not allow its migrations.',
    }),
  }),
  'rolled-back': sticky({
    hold: {
      ...hold,
      reason: 'rolled-back',
      issue: null,
      message: '#12 is taken back on prod; the branch still holds its migrations.',
      waysOut: ['Merge the revert pull request, so that the branch says again what the database is.'],
    },
    outcome: outcome({ status: 'rolled-back', steps: [{ ...done, direction: 'down' }] }),
  }),
  shared: sticky({
    environment: 'prod-us',
    after: 'prod-eu',
    isShared: true,
    plan: harmless,
    decision: allowed,
  }),
  'waits-for-its-turn': sticky({
    environment: 'prod-us',
    after: 'prod-eu',
    isShared: true,
    outcome: outcome({
      status: 'waiting',
      environment: 'prod-us',
      steps: [],
      message:
        'It waits for `prod-eu`, which is on hold: A migration failed. It is taken by itself afterwards; #77 says what ends that.',
      issue: 77,
    }),
  }),
  'rolled-back-settled': sticky({
    outcome: outcome({ status: 'rolled-back', steps: [{ ...done, direction: 'down', durationMs: null }] }),
  }),
  cautioned: sticky({ plan: cautioned }),
  promoted: sticky({ plan: { ...harmless, promotion } }),
  'not-promoted': sticky({
    plan: {
      ...harmless,
      promotion: promotionOfAll,
      problems: [{ code: 'not-promoted', message: '0021_add-coupons has never run on qa.' }],
    },
    decision: planRed,
  }),
  'not-soaked': sticky({
    plan: { ...harmless, promotion, problems: [{ code: 'not-soaked', message: 'Wait until then.' }] },
    decision: planRed,
  }),
  empty: sticky({ plan: plan(), decision: nothing, hold }),
  'too-large': sticky({ plan: huge }),
  hostile: sticky({
    plan: hostilePlan,
    environment: 'prod',
    pullRequest: { number: 12, base: hostileText, head: '0123456789', author: hostileText },
    decision: decision('waiting', 'waiting', hostileText, [
      decision('refused', 'approval-by-bot', hostileText),
    ]),
    hold: { ...hold, message: hostileText, waysOut: [hostileText], migrations: [hostileText] },
    fallen: [hostileText],
    outcome: null,
  }),
};

describe('the comment of a pull request', () => {
  for (const [name, view] of Object.entries(comments)) {
    it(`reads well: ${name}`, async () => {
      await expect(reports.stickyComment(view)).toMatchFileSnapshot(`golden/comment-${name}.md`);
    });
  }

  it('says in its first line whether it can be merged', () => {
    expect(firstLine(sticky())).toMatch(/^\*\*✅ You can merge\.\*\*/);
    expect(firstLine(sticky({ plan: broken }))).toMatch(/^\*\*❌ Do not merge: a migration fails/);
    expect(firstLine(sticky({ decision: onHold, hold }))).toMatch(/^\*\*⏳ Not yet: `prod` is on hold\.\*\*/);
  });

  it('is green where there is nothing to run, also in an environment on hold', () => {
    const text = reports.stickyComment(sticky({ plan: plan(), decision: nothing, hold }));
    expect(text).toContain('You can merge');
    expect(text).not.toContain('`prod` is on hold');
  });

  it('ends with the marker it is found by', () => {
    expect(reports.stickyComment(sticky()).trimEnd()).toMatch(
      /<!-- tidegate:plan repository=7 pull-request=12 -->$/,
    );
  });

  it('cuts SQL at the end of a statement and leads to the whole', () => {
    const text = reports.stickyComment(sticky({ plan: huge }));
    const shown = text.match(/^INSERT.*$/gm) ?? [];
    expect(shown.length).toBeGreaterThan(50);
    expect(shown.every((line) => line.endsWith(');'))).toBe(true);
    expect(text).toMatch(/…and \d+ more statements/);
    expect(text).toContain('Read [the whole plan](https://');
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(65_536);
  });

  it('gives PostgreSQL’s error once, and its hint', () => {
    const [problem] = broken.problems;
    const message = 'Running it failed on the shadow: relation "ordres" does not exist.';
    const problems = problem === undefined ? [] : [{ ...problem, message }];
    const text = reports.stickyComment(sticky({ plan: { ...broken, problems }, decision: null }));
    expect(text.split('relation "ordres" does not exist')).toHaveLength(2);
    expect(text).toContain('HINT: Perhaps you meant "orders".');
  });

  it('says nothing of locks on what the plan itself makes', () => {
    expect(reports.stickyComment(sticky({ plan: harmless, decision: allowed }))).not.toContain(
      'on `public.coupons`',
    );
  });
});

function firstLine(view: StickyView): string {
  return reports.stickyComment(view).split('\n', 1).join('');
}
