import { describe, expect, it } from 'vitest';
import type { GateFacts } from '../../src/domain/gate.ts';
import type { ApprovalRule, EnvironmentPolicy } from '../../src/domain/policy.ts';
import { decide } from '../../src/gate/decide.ts';
import { asIfApproved } from '../../src/gate/what-if.ts';
import { teamsAsked, whatItTakes, type Lack } from '../../src/gate/what-it-takes.ts';
import { dba, dev, earlier, facts, hold, person, prod, review, traits } from './facts.ts';

const security = { kind: 'team', organisation: 'Acme', slug: 'security' } as const;
const rosters = new Map([
  ['acme/dba', ['dirk', 'dana', 'ada']],
  ['acme/security', ['sam', 'dana']],
]);
const now = new Date('2026-03-05T00:00:00Z');

function asking(also: ApprovalRule, required = 0): EnvironmentPolicy {
  return { ...prod, approvals: { ...prod.approvals, required, also } };
}

function drawn(lacks: readonly Lack[], depth = 0): readonly string[] {
  return lacks.flatMap(({ wanted, found, since, names, who, oneOf }) => [
    `${'  '.repeat(depth)}${wanted}; ${found}${since === null ? '' : `; since ${since}`} <- ${names.length > 0 ? names.join(' ') : who}`,
    ...drawn(oneOf, depth + 1),
  ]);
}

const from = (...rules: readonly (typeof dba | typeof security)[]) => ({
  kind: 'people' as const,
  required: 1,
  from: rules,
});

const cases: readonly (readonly [string, Partial<GateFacts>, readonly string[]])[] = [
  ['nothing where it is allowed', { reviews: [review('dana')] }, []],
  [
    'the members of the team, without who wrote it',
    {},
    ['1 approval from a member of `acme/dba`; none counts <- dana dirk'],
  ],
  [
    'without who counts already, with who approved another plan',
    {
      policy: { ...prod, approvals: { ...prod.approvals, required: 3 } },
      reviews: [review('dana'), review('dirk', { digest: 'e'.repeat(64), commit: earlier })],
    },
    ['3 approvals from a member of `acme/dba`; 1 counts <- dirk'],
  ],
  [
    'nobody by name where a role is asked for',
    { policy: { ...prod, approvals: { required: 1, from: [{ kind: 'role', role: 'admin' }] } } },
    ['1 approval from anybody with admin; none counts <- anybody with admin'],
  ],
  [
    'a named person, but no bot',
    {
      policy: {
        ...prod,
        approvals: {
          required: 1,
          from: [
            { kind: 'user', login: 'wim' },
            { kind: 'user', login: 'robot[bot]' },
          ],
        },
      },
    },
    ['1 approval from `wim` or `robot[bot]`; none counts <- wim'],
  ],
  [
    'each rule that is not met, and none that is',
    {
      policy: asking({ kind: 'all', rules: [from(dba), from(security)], different: false }, 2),
      reviews: [review('dirk')],
    },
    [
      '2 approvals from a member of `acme/dba`; 1 counts <- dana',
      '1 approval from a member of `acme/security`; none counts <- dana sam',
    ],
  ],
  [
    'ways of which one is enough',
    { policy: asking({ kind: 'any', rules: [from(dba), from(security)] }) },
    [
      'one of these; none <- ',
      '  1 approval from a member of `acme/dba`; none counts <- dana dirk',
      '  1 approval from a member of `acme/security`; none counts <- dana sam',
    ],
  ],
  [
    'somebody else where one person counts for both',
    {
      policy: asking({ kind: 'all', rules: [from(dba), from(security)], different: true }),
      reviews: [review('dana')],
      people: [person('dana', 'write', ['acme/dba', 'acme/security'])],
    },
    ['different people for each of these, so one more; somebody who counts for two of them <- dirk sam'],
  ],
  [
    'why a rule holds for this change',
    {
      policy: {
        ...prod,
        approvals: {
          required: 0,
          from: [dba],
          when: [{ when: { labels: ['risky'] }, rule: from(security) }],
        },
      },
      traits: { ...traits, labels: ['risky'] },
    },
    ['1 approval from a member of `acme/security`; none counts; since it is labelled `risky` <- dana sam'],
  ],
  [
    'who asked for changes, beside the approvals',
    { reviews: [review('dana', { state: 'changes-requested' })] },
    [
      'no request for changes; one <- `dana`, or who may dismiss reviews',
      '1 approval from a member of `acme/dba`; none counts <- dana dirk',
    ],
  ],
  [
    'without who merged it where one person does not do both',
    {
      policy: { ...prod, separate: { approvingAndMerging: true, writingAndConfirming: false } },
      mergedBy: 'Dirk',
    },
    ['1 approval from a member of `acme/dba`; none counts <- dana'],
  ],
  [
    'the plan alone where it is red',
    { problems: ['It is broken.'] },
    ['a plan that can run; 1 problem <- who wrote it'],
  ],
  [
    'the ways out of a hold alone',
    { hold },
    [
      'an environment that takes migrations; a hold <- Merge a pull request that replaces it. Comment `/retry`.',
    ],
  ],
  [
    'a younger plan, and the approvals',
    { expiredAt: now },
    [
      'a plan that is not too old; one that is <- who wrote it, by `/plan`',
      '1 approval from a member of `acme/dba`; none counts <- dana dirk',
    ],
  ],
  ['nothing where nothing is protected', { policy: dev }, []],
];

describe('what it takes', () => {
  it.each(cases)('is %s', (_, over, expected) => {
    expect(drawn(whatItTakes(facts(over), rosters))).toEqual(expected);
  });

  it('names nobody of a team that could not be asked about', () => {
    const [lack] = whatItTakes(facts(), new Map([['acme/dba', null]]));
    expect(lack).toMatchObject({ names: [], who: 'a member of `acme/dba`' });
  });

  it('asks about the teams of the rules that hold, each once', () => {
    const policy = asking({ kind: 'any', rules: [from(dba), from(security, dba)] }, 1);
    expect(teamsAsked(facts({ policy }))).toEqual([dba, security]);
  });

  it('is true: an approval by any one who is named is the last that is missing', () => {
    const [lack] = whatItTakes(facts(), rosters);
    for (const login of lack?.names ?? []) {
      const approver = person(login, 'write', ['acme/dba']);
      expect(decide(asIfApproved(facts(), [approver], now)).status).toBe('allowed');
    }
  });
});

describe('what if somebody approved', () => {
  const dana = person('dana', 'write', ['acme/dba']);

  it('lets it through by who may', () => {
    expect(decide(asIfApproved(facts(), [dana], now))).toMatchObject({ code: 'enough-approvals' });
  });

  it('counts for nothing by who wrote it, or may not', () => {
    const ada = person('ada', 'admin', ['acme/dba']);
    const decision = decide(asIfApproved(facts(), [ada, person('rita', 'read')], now));
    expect(decision.status).toBe('waiting');
    expect(decision.children.map(({ code }) => code)).toEqual([
      'approval-by-contributor',
      'approval-without-right',
    ]);
  });

  it('stands in the place of what the same person said before, however late that was', () => {
    const late = review('DANA', { state: 'changes-requested', submittedAt: new Date('2027-01-01') });
    expect(decide(asIfApproved(facts({ reviews: [late] }), [dana], now)).status).toBe('allowed');
  });

  it('is of the plan as it is, with its hazards', () => {
    const risky = facts({ traits: { ...traits, hazards: [{ rule: 'drop-table', severity: 'high' }] } });
    expect(decide(asIfApproved(risky, [dana], now)).status).toBe('allowed');
  });

  it('mends no plan', () => {
    expect(decide(asIfApproved(facts({ problems: ['It is broken.'] }), [dana], now)).status).toBe('refused');
  });
});
