import { describe, expect, it } from 'vitest';
import { parseRepositoryConfig } from '../../src/config/repository-config.ts';
import { approvalsAsked } from '../../src/gate/approvals-asked.ts';
import { comparePolicies } from '../../src/gate/compare-policies.ts';
import { dba, facts, prod, traits } from './facts.ts';

/** An environment's rules as they are written, below `prod:`. */
function written(...lines: readonly string[]) {
  const text = [
    'version: 1',
    'environments:',
    '  qa: {}',
    '  prod:',
    ...lines.map((line) => `    ${line}`),
  ].join('\n');
  return parseRepositoryConfig(text, 'x.yml').environments ?? [];
}

const one = [
  'branch: main',
  "approvals: { required: 1, from: ['@acme/dba'] }",
  'rollback: { approvals: 1, from: [ada] }',
];

/** Beside what `one` says, or in its place. */
const cases: readonly (readonly [string, readonly string[], readonly string[], readonly string[]])[] = [
  ['nothing', one, one, []],
  [
    'more approvals',
    one,
    [...one.slice(0, 1), "approvals: { required: 2, from: ['@acme/dba'] }", ...one.slice(2)],
    [
      'stricter: asks for 1 approval from a member of `acme/dba` -> asks for 2 approvals from a member of `acme/dba`',
    ],
  ],
  [
    'fewer people who may approve',
    [...one.slice(0, 1), "approvals: { from: ['@acme/dba', ada] }", ...one.slice(2)],
    one,
    [
      'stricter: asks for 1 approval from a member of `acme/dba` or `ada` -> asks for 1 approval from a member of `acme/dba`',
    ],
  ],
  [
    'more approvals from more people',
    one,
    [...one.slice(0, 1), 'approvals: { required: 2, from: [role:write] }', ...one.slice(2)],
    [
      'other: asks for 1 approval from a member of `acme/dba` -> asks for 2 approvals from anybody with write',
    ],
  ],
  [
    'no protection any more',
    one,
    ['branch: main', 'protected: false', one[2] ?? ''],
    [
      'looser: is protected -> is not protected: nobody has to approve',
      'looser: asks for 1 approval from a member of `acme/dba` -> -',
    ],
  ],
  [
    'a rule for some changes',
    one,
    [
      ...one.slice(0, 1),
      'approvals:',
      '  required: 1',
      "  from: ['@acme/dba']",
      '  when: [{ hazard: high, required: 2, from: [ada, dan] }]',
      ...one.slice(2),
    ],
    [
      'stricter: - -> asks for 2 approvals from `ada` or `dan` where it has a hazard of severity high or worse',
    ],
  ],
  [
    'plans that may be older',
    [...one, 'plan_expires: 24h'],
    [...one, 'plan_expires: 7d'],
    ['looser: takes plans for 1 day -> takes plans for 7 days'],
  ],
  [
    'a promotion, with a time to soak',
    [...one, 'promotes_from: qa', 'soak: 24h'],
    [...one, 'promotes_from: qa', 'soak: 12h', 'hotfix: { label: urgent, approvals: 2 }'],
    [
      'looser: takes it 1 day after that -> takes it 12 hours after that',
      'looser: - -> takes without that what is labelled `urgent`',
      'stricter: - -> asks for 2 approvals from a member of `acme/dba` where it is labelled `urgent`',
    ],
  ],
  [
    'a promotion that is none any more',
    [...one, 'promotes_from: qa'],
    one,
    ['looser: takes what has run on `qa` alone -> -'],
  ],
  [
    'windows',
    one,
    [...one, "windows: ['Mon-Tue 09:00-16:30 Europe/Berlin']"],
    ['stricter: - -> is applied to Mon,Tue 09:00-16:30 Europe/Berlin'],
  ],
  [
    'people who may break the glass',
    one,
    [...one, 'break_glass: { from: [ada] }'],
    ['looser: - -> may be applied without its approvals at the word of `ada`'],
  ],
  [
    'a duty that is not separate any more',
    [...one, 'separate: { approving_and_merging: true }'],
    one,
    ['looser: who approves does not merge -> -'],
  ],
  [
    'more confirmations of a rollback',
    one,
    [...one.slice(0, 2), 'rollback: { approvals: 2, from: [ada] }'],
    [
      'stricter: asks for 1 confirmation from `ada` of a rollback -> asks for 2 confirmations from `ada` of a rollback',
    ],
  ],
  [
    'another branch',
    one,
    ['branch: live', ...one.slice(1)],
    ['other: is the branch `main` -> is the branch `live`'],
  ],
];

describe('what new rules change', () => {
  it.each(cases)('is %s', (_, before, after, expected) => {
    const found = comparePolicies(written(...before), written(...after)).flatMap(({ rules }) => rules);
    const drawn = found.map(
      ({ before: was, after: will, direction }) => `${direction}: ${was ?? '-'} -> ${will ?? '-'}`,
    );
    expect(drawn).toEqual(expected);
    const back = comparePolicies(written(...after), written(...before)).flatMap(({ rules }) => rules);
    const opposite = { stricter: 'looser', looser: 'stricter', other: 'other' };
    expect(back.map(({ direction }) => direction)).toEqual(found.map(({ direction }) => opposite[direction]));
  });

  it('is an environment that comes or goes, neither stricter nor looser', () => {
    const [come] = comparePolicies([], written(...one));
    expect(come?.rules.every(({ before, direction }) => before === null && direction === 'other')).toBe(true);
    const [gone] = comparePolicies(written(...one), []);
    expect(gone?.rules.every(({ after }) => after === null)).toBe(true);
  });
});

describe('how many approvals are asked for', () => {
  const people = (required: number) => ({ kind: 'people' as const, required, from: [dba] });
  const ada = { kind: 'user', login: 'ada' } as const;
  it.each([
    [1, {}],
    [0, { policy: { ...prod, protected: false } }],
    [0, { stepCount: 0 }],
    [
      3,
      {
        policy: {
          ...prod,
          approvals: {
            required: 1,
            from: [dba],
            also: {
              kind: 'any' as const,
              rules: [
                { ...people(2), from: [ada] },
                { ...people(5), from: [ada] },
              ],
            },
          },
        },
      },
    ],
    [
      2,
      {
        policy: {
          ...prod,
          approvals: { required: 1, from: [dba], when: [{ when: { labels: ['x'] }, rule: people(2) }] },
        },
        traits: { ...traits, labels: ['x'] },
      },
    ],
  ])('is %d', (expected, over) => {
    expect(approvalsAsked(facts(over))).toBe(expected);
  });
});
