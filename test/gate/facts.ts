import type { Decision, GateFacts, Person, Review } from '../../src/domain/gate.ts';
import type { Hold } from '../../src/domain/hold.ts';
import type { EnvironmentPolicy } from '../../src/domain/policy.ts';
import type { ChangeTraits } from '../../src/domain/traits.ts';

export const head = 'b'.repeat(40);
export const earlier = 'a'.repeat(40);
export const digest = 'd'.repeat(64);

export const dba = { kind: 'team', organisation: 'acme', slug: 'dba' } as const;

export const prod: EnvironmentPolicy = {
  name: 'prod',
  branch: 'main',
  protected: true,
  promotesFrom: 'qa',
  approvals: { required: 1, from: [dba] },
  rollback: { required: 1, from: [dba] },
};

export const dev: EnvironmentPolicy = {
  ...prod,
  name: 'dev',
  branch: 'dev',
  protected: false,
  approvals: { required: 0, from: [{ kind: 'role', role: 'write' }] },
  rollback: { required: 0, from: [{ kind: 'role', role: 'write' }] },
};

export const hold: Hold = {
  reason: 'apply-failed',
  message: '`003_total` failed on the target.',
  waysOut: ['Merge a pull request that replaces it.', 'Comment `/retry`.'],
  migrations: ['003_total'],
  commit: head,
  pullRequest: 7,
  since: new Date('2026-03-04T09:00:00Z'),
  issue: 8,
};

export function person(login: string, role = 'write', teams: readonly string[] = []): Person {
  return { login, role, teams };
}

/** Dana and Dirk are of the team, wim only writes, rita only reads. */
export const people = [
  person('dana', 'write', ['acme/dba']),
  person('dirk', 'write', ['acme/dba']),
  person('wim'),
  person('rita', 'read'),
  person('robot[bot]', 'admin', ['acme/dba']),
];

export const traits: ChangeTraits = {
  hazards: [],
  tables: ['public.orders'],
  wholeSchemas: [],
  isForeseen: true,
  rows: 10,
  paths: ['migrations/003_total.sql'],
  labels: [],
  authorTeams: [],
  reversibility: ['proven'],
  statements: ['ALTER TABLE'],
  bringsWaiver: false,
};

let submitted = 0;

/** A review, later than all made before it. */
export function review(login: string, over: Partial<Review> = {}): Review {
  submitted += 1;
  return {
    id: submitted,
    login,
    isBot: login.endsWith('[bot]'),
    state: 'approved',
    commit: head,
    digest,
    submittedAt: new Date(Date.UTC(2026, 2, 4, 10, 0, submitted)),
    ...over,
  };
}

export function facts(over: Partial<GateFacts> = {}): GateFacts {
  return {
    policy: prod,
    digest,
    stepCount: 2,
    changesRules: false,
    traits,
    owners: [],
    expiredAt: null,
    mergedBy: null,
    brokenGlass: null,
    problems: [],
    head,
    contributors: [{ login: 'ada', as: 'author', commit: null }],
    contributorsComplete: true,
    reviews: [],
    people,
    hold: null,
    endsHold: false,
    ...over,
  };
}

/** The tree as text, a node a line. */
export function drawn(decision: Decision, depth = 0): string {
  const line = `${'  '.repeat(depth)}${decision.status} ${decision.code}: ${decision.message}`;
  return [line, ...decision.children.map((child) => drawn(child, depth + 1))].join('\n');
}
