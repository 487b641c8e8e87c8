import { describe, expect, it } from 'vitest';
import type { DecisionCode, GateFacts } from '../../src/domain/gate.ts';
import { decide } from '../../src/gate/decide.ts';
import { dev, digest, drawn, earlier, facts, head, hold, person, prod, review } from './facts.ts';

type Case = readonly [string, Partial<GateFacts>, `${'allowed' | 'waiting' | 'refused'} ${DecisionCode}`];

const other = 'e'.repeat(64);
const two = { ...prod, approvals: { ...prod.approvals, required: 2 } };
const askingNobody = { ...prod, approvals: { ...prod.approvals, required: 0 } };
const writers = { ...prod, approvals: { required: 1, from: [{ kind: 'role', role: 'write' } as const] } };
const onlyDana = { ...prod, approvals: { required: 1, from: [{ kind: 'user', login: 'DANA' } as const] } };

const cases: readonly Case[] = [
  ['nothing to run', { stepCount: 0 }, 'allowed nothing-to-run'],
  ['nothing to run, on hold', { stepCount: 0, hold }, 'allowed nothing-to-run'],
  ['other rules alone', { stepCount: 0, changesRules: true }, 'waiting too-few-approvals'],
  ['other rules alone, on hold', { stepCount: 0, changesRules: true, hold }, 'waiting too-few-approvals'],
  [
    'other rules alone, approved',
    { stepCount: 0, changesRules: true, reviews: [review('dana')] },
    'allowed enough-approvals',
  ],
  ['a red plan', { problems: ['It is broken.'], reviews: [review('dana')] }, 'refused plan-red'],
  ['a red plan without steps', { problems: ['It conflicts.'], stepCount: 0 }, 'refused plan-red'],
  ['an open environment', { policy: dev }, 'allowed not-protected'],
  ['an open environment on hold', { policy: dev, hold }, 'refused on-hold'],
  ['an open environment whose hold it ends', { policy: dev, hold, endsHold: true }, 'allowed not-protected'],
  ['a hold, approved', { hold, reviews: [review('dana')] }, 'refused on-hold'],
  ['a hold that it ends, not approved', { hold, endsHold: true }, 'waiting too-few-approvals'],
  [
    'a hold that it ends, approved',
    { hold, endsHold: true, reviews: [review('dana')] },
    'allowed enough-approvals',
  ],
  ['rules that ask nobody', { policy: askingNobody, reviews: [review('dana')] }, 'refused refused'],
  ['no review', {}, 'waiting too-few-approvals'],
  ['an approval by the team', { reviews: [review('dana')] }, 'allowed enough-approvals'],
  ['the same in other letters', { reviews: [review('Dana')] }, 'allowed enough-approvals'],
  ['an approval by a reader of the team', { reviews: [review('dirk')] }, 'allowed enough-approvals'],
  ['an approval by somebody with write', { reviews: [review('wim')] }, 'waiting too-few-approvals'],
  [
    'the same where write is enough',
    { policy: writers, reviews: [review('wim')] },
    'allowed enough-approvals',
  ],
  ['an approval by a reader', { policy: writers, reviews: [review('rita')] }, 'waiting too-few-approvals'],
  [
    'an approval by the named person',
    { policy: onlyDana, reviews: [review('dana')] },
    'allowed enough-approvals',
  ],
  [
    'an approval by another person',
    { policy: onlyDana, reviews: [review('dirk')] },
    'waiting too-few-approvals',
  ],
  ['an approval by a stranger', { reviews: [review('nobody')] }, 'waiting too-few-approvals'],
  [
    'an approval by somebody who left the team',
    { reviews: [review('dana')], people: [person('dana')] },
    'waiting too-few-approvals',
  ],
  [
    "an approval by another organisation's team",
    { reviews: [review('dana')], people: [person('dana', 'write', ['evil/dba'])] },
    'waiting too-few-approvals',
  ],
  ['an approval by a bot', { reviews: [review('robot[bot]')] }, 'waiting too-few-approvals'],
  ['one of two approvals', { policy: two, reviews: [review('dana')] }, 'waiting too-few-approvals'],
  [
    'two approvals by one person',
    { policy: two, reviews: [review('dana'), review('DANA')] },
    'waiting too-few-approvals',
  ],
  [
    'two approvals by two',
    { policy: two, reviews: [review('dana'), review('dirk')] },
    'allowed enough-approvals',
  ],
  [
    'an approval of another plan',
    { reviews: [review('dana', { commit: earlier, digest: other })] },
    'waiting too-few-approvals',
  ],
  [
    'an approval of the head when its plan was another',
    { reviews: [review('dana', { digest: other })] },
    'waiting too-few-approvals',
  ],
  [
    'an approval of an older head with this very plan',
    { reviews: [review('dana', { commit: earlier })] },
    'allowed enough-approvals',
  ],
  [
    'an approval of a commit that was never planned',
    { reviews: [review('dana', { commit: earlier, digest: null })] },
    'waiting too-few-approvals',
  ],
  [
    'an approval of no known commit',
    { reviews: [review('dana', { commit: null, digest: null })] },
    'waiting too-few-approvals',
  ],
  [
    'a comment after an approval',
    { reviews: [review('dana'), review('dana', { state: 'commented' })] },
    'allowed enough-approvals',
  ],
  [
    'a dismissed approval',
    { reviews: [review('dana', { state: 'dismissed' })] },
    'waiting too-few-approvals',
  ],
  [
    'a dismissed approval after one that stood',
    { reviews: [review('dana'), review('dana', { state: 'dismissed' })] },
    'waiting too-few-approvals',
  ],
  [
    'an approval after a dismissed one',
    { reviews: [review('dana', { state: 'dismissed' }), review('dana')] },
    'allowed enough-approvals',
  ],
  [
    'changes requested by the team',
    { reviews: [review('dana'), review('dirk', { state: 'changes-requested' })] },
    'waiting changes-requested',
  ],
  [
    'changes requested of an older head',
    {
      reviews: [
        review('dana'),
        review('dirk', { state: 'changes-requested', commit: earlier, digest: other }),
      ],
    },
    'waiting changes-requested',
  ],
  [
    'changes requested, then approved',
    { reviews: [review('dirk', { state: 'changes-requested' }), review('dirk')] },
    'allowed enough-approvals',
  ],
  [
    'approved, then changes requested',
    { reviews: [review('dirk'), review('dirk', { state: 'changes-requested' })] },
    'waiting changes-requested',
  ],
  [
    'changes requested by somebody without the right',
    { reviews: [review('dana'), review('rita', { state: 'changes-requested' })] },
    'allowed enough-approvals',
  ],
  [
    'changes requested by a bot',
    { reviews: [review('dana'), review('robot[bot]', { state: 'changes-requested' })] },
    'allowed enough-approvals',
  ],
  [
    'changes requested by who is named as a co-author',
    {
      reviews: [review('dana'), review('dirk', { state: 'changes-requested' })],
      contributors: [{ login: 'dirk', as: 'co-author', commit: head }],
    },
    'waiting changes-requested',
  ],
  [
    'changes requested twice, the second dismissed',
    {
      reviews: [
        review('dana'),
        review('dirk', { state: 'changes-requested' }),
        review('dirk', { state: 'dismissed' }),
      ],
    },
    'waiting changes-requested',
  ],
  [
    'changes requested, then dismissed',
    { reviews: [review('dana'), review('dirk', { state: 'dismissed' })] },
    'allowed enough-approvals',
  ],
  [
    'more commits than are listed',
    { contributorsComplete: false, reviews: [review('dana')] },
    'waiting contributors-unknown',
  ],
];

describe('the gate', () => {
  it.each(cases)('%s', (_what, over, expected) => {
    const { status, code } = decide(facts(over));
    expect(`${status} ${code}`).toBe(expected);
  });

  it.each(['author', 'committer', 'co-author', 'requester'] as const)(
    'counts no approval by who took part as %s, whatever the letters',
    (as) => {
      const contributors = [{ login: 'DANA', as, commit: head }];
      expect(decide(facts({ contributors, reviews: [review('dana')] })).status).toBe('waiting');
      const reviews = [review('dana'), review('dirk')];
      expect(decide(facts({ contributors, reviews })).status).toBe('allowed');
    },
  );

  it('goes by the order of submission, whatever the order of the list', () => {
    const reviews = [review('dana'), review('dana', { state: 'changes-requested' })];
    expect(decide(facts({ reviews: reviews.toReversed() })).code).toBe('changes-requested');
  });

  it('says at every node why it is so', async () => {
    const contributors = [
      { login: 'ada', as: 'author', commit: null },
      { login: 'wim', as: 'committer', commit: earlier },
      { login: 'carl', as: 'co-author', commit: head },
      { login: 'otto', as: 'requester', commit: null },
    ] as const;
    const reviews = [
      ...['ada', 'wim', 'carl', 'otto', 'rita', 'robot[bot]', 'dana'].map((login) => review(login)),
      review('dirk', { commit: earlier, digest: other }),
      review('x`@y', { state: 'dismissed' }),
      review('rob', { state: 'changes-requested' }),
    ];
    const trees: Record<string, Partial<GateFacts>> = {
      'all kinds of reviews': { policy: two, contributors, reviews },
      'enough approvals': { reviews: [review('dana')] },
      'the plan has changed since': { reviews: [review('dana', { digest: other })] },
      'a review before there was a plan': { reviews: [review('dana', { digest: null })] },
      'changes requested': { reviews: [review('dirk', { state: 'changes-requested' })] },
      'authors unknown': { contributorsComplete: false, reviews: [review('dana')] },
      'on hold': { hold },
      'ends the hold': { hold, endsHold: true, reviews: [review('dana')] },
      'a red plan': { problems: ['`003_total` does not run on the shadow.', 'It conflicts.'] },
      'nothing to run': { stepCount: 0 },
      'not protected': { policy: dev },
      'several may approve': {
        policy: {
          ...prod,
          approvals: {
            required: 2,
            from: [...prod.approvals.from, ...onlyDana.approvals.from, ...writers.approvals.from],
          },
        },
      },
    };
    const text = Object.entries(trees).map(([name, over]) => `${name}\n${drawn(decide(facts(over)), 1)}`);
    await expect(text.join('\n\n')).toMatchFileSnapshot('golden/decisions.txt');
  });

  it('lets nothing through that no one approved, whatever else is true', () => {
    for (const reviews of everyHeap()) {
      const decision = decide(facts({ reviews }));
      const counts = reviews.some(
        (one) => one.login === 'dana' && one.state === 'approved' && one.digest === digest,
      );
      expect(decision.status === 'allowed' && !counts, drawn(decision)).toBe(false);
    }
  });
});

/** Every pair of reviews out of a small world. */
function everyHeap(): readonly GateFacts['reviews'][] {
  const single = ['dana', 'rita', 'ada', 'robot[bot]'].flatMap((login) =>
    (['approved', 'changes-requested', 'commented', 'dismissed'] as const).flatMap((state) =>
      [digest, other, null].map((one) => review(login, { state, digest: one })),
    ),
  );
  return single.flatMap((first) => single.map((second) => [first, second]));
}
