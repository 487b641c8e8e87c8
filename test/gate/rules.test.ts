import { describe, expect, it } from 'vitest';
import { parseRepositoryConfig } from '../../src/config/repository-config.ts';
import type { GateFacts } from '../../src/domain/gate.ts';
import type { EnvironmentPolicy } from '../../src/domain/policy.ts';
import type { ChangeTraits } from '../../src/domain/traits.ts';
import { ownersOf } from '../../src/gate/code-owners.ts';
import { decide } from '../../src/gate/decide.ts';
import { mostSeats } from '../../src/gate/most-seats.ts';
import { drawn, facts, person, prod, review, traits } from './facts.ts';

const people = [
  person('dana', 'write', ['acme/dba']),
  person('dirk', 'write', ['acme/dba', 'acme/security']),
  person('sam', 'write', ['acme/security']),
  person('max', 'maintain'),
  person('wim'),
];

/** The policy of prod as the repository's file says it. */
function policyOf(approvals: string): EnvironmentPolicy {
  const text = `version: 1\nenvironments:\n  prod:\n    branch: main\n    approvals: ${approvals}\n`;
  const [policy] = parseRepositoryConfig(text, 'file').environments ?? [];
  if (policy === undefined) throw new Error('the file names no environment');
  return policy;
}

function decided(approvals: string, logins: readonly string[], over: Partial<GateFacts> = {}) {
  const reviews = logins.map((login) => review(login, { severity: 'high' }));
  return decide(facts({ policy: policyOf(approvals), people, reviews, ...over }));
}

const of = (over: Partial<ChangeTraits>): Partial<GateFacts> => ({ traits: { ...traits, ...over } });
const drop = of({ hazards: [{ rule: 'drop-table', severity: 'high' }] });

type Case = readonly [string, string, readonly string[], Partial<GateFacts>, 'allowed' | 'waiting'];

const two = "{ required: 1, from: ['@acme/dba'], when: [{ hazard: high, required: 2 }] }";
const both = "{ all: [{ from: ['@acme/dba'] }, { from: ['@acme/security'] }] }";
const apart = both.replace(' }', ' }').replace(/ \}$/, ', different_people: true }');
const either = "{ any: [{ from: ['role:maintain'] }, { required: 2, from: ['@acme/dba'] }] }";
const whenever = (condition: string) =>
  `{ required: 1, from: ['role:write'], when: [{ ${condition}, from: ['@acme/dba'] }] }`;

const cases: readonly Case[] = [
  ['less than the hazard asks for', two, ['dana'], drop, 'waiting'],
  ['as many as the hazard asks for', two, ['dana', 'dirk'], drop, 'allowed'],
  ['what is enough without a hazard', two, ['dana'], {}, 'allowed'],
  ['one of two teams', both, ['dana'], {}, 'waiting'],
  ['one of each team', both, ['dana', 'sam'], {}, 'allowed'],
  ['one who is of both teams', both, ['dirk'], {}, 'allowed'],
  ['one who is of both, where they have to differ', apart, ['dirk'], {}, 'waiting'],
  ['two of whom one is of both', apart, ['dana', 'dirk'], {}, 'allowed'],
  ['two who can only be of one', apart, ['dana', 'wim'], {}, 'waiting'],
  ['the one way', either, ['max'], {}, 'allowed'],
  ['the other way', either, ['dana', 'dirk'], {}, 'allowed'],
  ['half of the other way', either, ['dana', 'wim'], {}, 'waiting'],
  ['a table that is not meant', whenever('table: payments'), ['wim'], {}, 'allowed'],
  ['a table that is meant', whenever('table: orders'), ['wim'], {}, 'waiting'],
  ['a table that is meant, by whom it asks for', whenever("table: 'public.ord*'"), ['dana'], {}, 'allowed'],
  ['a schema', whenever('schema: [billing, public]'), ['wim'], {}, 'waiting'],
  ['a rule of hazards', whenever('rule: drop-table'), ['wim'], drop, 'waiting'],
  ['another rule of hazards', whenever('rule: truncate'), ['wim'], drop, 'allowed'],
  ['few rows', whenever('rows_over: 1000'), ['wim'], of({ rows: 1000 }), 'allowed'],
  ['many rows', whenever('rows_over: 1000'), ['wim'], of({ rows: 1001 }), 'waiting'],
  ['rows that nobody knows', whenever('rows_over: 1000'), ['wim'], of({ rows: null }), 'waiting'],
  ['a path', whenever("path: 'migrations/*_total.sql'"), ['wim'], {}, 'waiting'],
  ['another path', whenever("path: 'billing/'"), ['wim'], {}, 'allowed'],
  ['a label', whenever('label: Risky'), ['wim'], of({ labels: ['risky'] }), 'waiting'],
  [
    'the team of its author',
    whenever("author_team: '@acme/interns'"),
    ['wim'],
    of({ authorTeams: ['acme/interns'] }),
    'waiting',
  ],
  [
    'what cannot be taken back',
    whenever('reversibility: [irreversible, lossy]'),
    ['wim'],
    of({ reversibility: ['proven', 'lossy'] }),
    'waiting',
  ],
  ['a command', whenever('statement: drop'), ['wim'], of({ statements: ['DROP TABLE'] }), 'waiting'],
  ['another command', whenever('statement: drop'), ['wim'], of({ statements: ['DROPS'] }), 'allowed'],
  ['a statement nobody can read', whenever('statement: drop'), ['wim'], of({ statements: null }), 'waiting'],
  ['both of two conditions', whenever('hazard: high, table: orders'), ['wim'], drop, 'waiting'],
  ['one of two conditions', whenever('hazard: high, table: other'), ['wim'], drop, 'allowed'],
  ['a waiver', whenever('hazard: high'), ['wim'], of({ bringsWaiver: true }), 'waiting'],
  ['other rules', whenever('hazard: high'), ['wim'], { changesRules: true }, 'waiting'],
];

describe('what a policy asks for', () => {
  it.each(cases)('%s', (_what, approvals, logins, over, expected) => {
    expect(decided(approvals, logins, over).status).toBe(expected);
  });

  it('asks the code owners of each path, and an administrator where nobody owns it', () => {
    const paths = ['migrations/1_a.sql', 'migrations/2_b.sql'];
    const owners = ownersOf('* @wim\nmigrations/2* @acme/security # theirs\n', paths);
    const policy = "{ from: ['code-owners'] }";
    const over = { ...of({ paths }), owners };
    expect(decided(policy, ['wim'], over).status).toBe('waiting');
    expect(decided(policy, ['wim', 'sam'], over).status).toBe('allowed');
    const nobodys = { ...of({ paths }), owners: ownersOf('docs/ @wim', paths) };
    expect(decided(policy, ['wim', 'sam'], nobodys).status).toBe('waiting');
    const admin = [person('ava', 'admin')];
    const reviews = [review('ava')];
    expect(decided(policy, [], { ...nobodys, people: admin, reviews }).status).toBe('allowed');
    const orWim = "{ from: ['code-owners', wim] }";
    expect(decided(orWim, [], { ...nobodys, people: admin, reviews }).status).toBe('allowed');
    expect(decided(orWim, ['wim'], nobodys).status).toBe('allowed');
  });

  it('counts an approval no more once the risk has risen', () => {
    const reviews = [review('dana', { severity: 'low' })];
    const decision = decided("{ from: ['@acme/dba'] }", [], { ...drop, reviews });
    expect(decision.children.map(({ code }) => code)).toEqual(['approval-of-lesser-risk']);
  });

  it('counts no approval by who merged it, where duties are separate', () => {
    const separate = { approvingAndMerging: true, writingAndConfirming: false };
    const policy = { ...prod, separate };
    const merged = { policy, mergedBy: 'DANA', reviews: [review('dana')] };
    expect(decide(facts(merged)).status).toBe('waiting');
    expect(decide(facts({ ...merged, mergedBy: 'ada' })).status).toBe('allowed');
    expect(decide(facts({ ...merged, policy: prod })).status).toBe('allowed');
  });

  it('counts the approval of a bot only where the policy names it', () => {
    const bot = [person('renovate[bot]', 'write')];
    const approved = { people: bot, reviews: [review('renovate[bot]')] };
    expect(decided("{ from: ['role:write'] }", [], approved).status).toBe('waiting');
    const named = "{ from: ['role:write'], bots: 'renovate[bot]' }";
    expect(decided(named, [], approved).status).toBe('allowed');
  });

  it('says for each rule what was wanted and what was found', async () => {
    const trees: Record<string, ReturnType<typeof decide>> = {
      'more for a hazard': decided(two, ['dana'], drop),
      'two teams by different people': decided(apart, ['dirk']),
      'one way or another': decided(either, ['dana', 'wim']),
      'a table that it touches': decided(whenever('table: orders, rows_over: 5'), ['wim']),
      'a waiver': decided(whenever('hazard: high'), ['wim'], of({ bringsWaiver: true })),
      'all of it there': decided(both, ['dana', 'sam']),
      'an old plan': decided(two, ['dana'], { expiredAt: new Date('2026-03-04T09:00:00Z') }),
      'round the gate': decided(both, ['dana'], {
        brokenGlass: { login: 'ada', why: 'the shop is down' },
      }),
    };
    const text = Object.entries(trees).map(([name, tree]) => `${name}\n${drawn(tree, 1)}`);
    await expect(text.join('\n\n')).toMatchFileSnapshot('golden/rules.txt');
  });

  it('finds a seat for as many as there can be', () => {
    expect(mostSeats([[0, 1], [0], [1, 2]])).toBe(3);
    expect(mostSeats([[0], [0], [1]])).toBe(2);
    expect(mostSeats([[], [0]])).toBe(1);
  });
});
