import { describe, expect, it } from 'vitest';
import type { BranchGuards, Guard } from '../../src/domain/branch-guards.ts';
import { guardingRuleset } from '../../src/domain/guarding-ruleset.ts';
import { judgeGuards } from '../../src/gate/judge-guards.ts';

const plan = 'tidegate / plan (prod)';
const gate = 'tidegate / gate (prod)';
const both = [plan, gate].map((context) => ({ context, appId: 5 }));

const whole: Guard = {
  kind: 'ruleset',
  name: 'Tidegate (prod)',
  checks: both,
  blocksForcePushes: true,
  blocksDeletions: true,
  dismissesStale: false,
  passedBy: [],
};
const classic: Guard = { ...whole, kind: 'protection', name: '' };
const none: Guard = {
  ...whole,
  name: 'reviews',
  checks: [],
  blocksForcePushes: false,
  blocksDeletions: false,
};
const admins = [{ kind: 'administrators', id: null }] as const;
const unread = [{ what: 'the classic branch protection', needs: 'the App needs administration: read' }];

const all = '`tidegate / plan (prod)`, `tidegate / gate (prod)`, force pushes and deletion';
const checks = '`tidegate / plan (prod)` and `tidegate / gate (prod)`';

const cases: readonly (readonly [string, Partial<BranchGuards>, readonly string[]])[] = [
  ['one ruleset that asks for all', { guards: [whole] }, []],
  ['classic protection that asks for all', { guards: [classic] }, []],
  [
    'nothing at all',
    {},
    [
      `missing: On \`main\`, ${checks}: not required.`,
      'missing: On `main`, force pushes and deletion: not blocked.',
    ],
  ],
  [
    'several that ask for all together',
    {
      guards: [
        { ...none, checks: both.slice(0, 1) },
        { ...none, checks: both.slice(1), blocksForcePushes: true },
        { ...none, blocksDeletions: true },
      ],
    },
    [],
  ],
  [
    'one check alone',
    { guards: [{ ...whole, checks: both.slice(0, 1) }] },
    ['missing: On `main`, `tidegate / gate (prod)`: not required.'],
  ],
  [
    "another environment's checks",
    {
      guards: [
        { ...whole, checks: both.map((one) => ({ ...one, context: one.context.replace('prod', 'qa') })) },
      ],
    },
    [`missing: On \`main\`, ${checks}: not required.`],
  ],
  [
    'checks of any App',
    { guards: [{ ...whole, checks: both.map((one) => ({ ...one, appId: null })) }] },
    [`missing: On \`main\`, ${checks}: required from any App, so that another one could report it.`],
  ],
  [
    'checks of another App',
    { guards: [{ ...whole, checks: both.map((one) => ({ ...one, appId: 9 })) }] },
    [`missing: On \`main\`, ${checks}: required from the App 9, and this one is 5.`],
  ],
  [
    'classic protection without administrators',
    { guards: [{ ...classic, passedBy: admins }] },
    [`missing: On \`main\`, ${all}: asked for by the branch protection, which administrators may pass by.`],
  ],
  [
    'the same beside a ruleset that nobody passes by',
    { guards: [{ ...classic, passedBy: admins }, whole] },
    [],
  ],
  [
    'a ruleset with a bypass list',
    {
      guards: [
        {
          ...whole,
          passedBy: [
            { kind: 'role', id: 5 },
            { kind: 'organisation-owners', id: null },
            { kind: 'team', id: 3 },
            { kind: 'deploy-keys', id: null },
          ],
        },
      ],
    },
    [
      `missing: On \`main\`, ${all}: asked for by the ruleset \`Tidegate (prod)\`, which administrators, owners of the organisation, the team 3 and deploy keys may pass by.`,
    ],
  ],
  ['a bypass list of this App alone', { guards: [{ ...whole, passedBy: [{ kind: 'app', id: 5 }] }] }, []],
  [
    'a bypass list of another App',
    { guards: [{ ...whole, passedBy: [{ kind: 'app', id: 6 }] }] },
    [
      `missing: On \`main\`, ${all}: asked for by the ruleset \`Tidegate (prod)\`, which the App 6 may pass by.`,
    ],
  ],
  [
    'a bypass list that GitHub does not tell',
    { guards: [{ ...whole, passedBy: null }] },
    [
      `hidden: On \`main\`, ${all}: asked for by the ruleset \`Tidegate (prod)\`, and who may pass that by could not be looked at: GitHub tells it to an App with administration: write alone.`,
    ],
  ],
  [
    'the same beside classic protection with administrators',
    { guards: [{ ...whole, passedBy: null }, classic] },
    [],
  ],
  [
    'what the App may not look at',
    { unread },
    [
      `unknown: On \`main\`, ${all}: not known, since the classic branch protection could not be looked at: the App needs administration: read.`,
    ],
  ],
  ['the same beside a ruleset that asks for all', { unread, guards: [whole] }, []],
  [
    'the same beside a ruleset that somebody passes by',
    { unread, guards: [{ ...whole, passedBy: admins }] },
    [
      `unknown: On \`main\`, ${all}: not known, since the classic branch protection could not be looked at: the App needs administration: read.`,
    ],
  ],
  [
    'dismissal of stale approvals',
    { guards: [whole, { ...classic, dismissesStale: true }] },
    [
      "advice: GitHub dismisses approvals at every push, by the branch protection; Tidegate's are bound to the SQL and stand while that stays the same.",
    ],
  ],
];

describe('the guards of a protected branch', () => {
  it.each(cases)('with %s', (_, over, expected) => {
    const found = judgeGuards(
      { name: 'prod', branch: 'main' },
      { appId: 5, guards: [], unread: [], ...over },
    );
    expect(found.map(({ weight, what }) => `${weight}: ${what}`)).toEqual(expected);
    expect(found.every(({ mend }) => mend.length > 20)).toBe(true);
  });

  it('are all there by the ruleset that is made for it', () => {
    const { rules, bypass_actors: actors, conditions } = guardingRuleset('prod', 'main', 5);
    expect(actors).toEqual([]);
    expect(conditions.ref_name.include).toEqual(['refs/heads/main']);
    const required = rules[2].parameters.required_status_checks;
    const made: Guard = {
      ...whole,
      checks: required.map(({ context, integration_id: appId }) => ({ context, appId })),
    };
    expect(judgeGuards({ name: 'prod', branch: 'main' }, { appId: 5, guards: [made], unread: [] })).toEqual(
      [],
    );
  });
});
