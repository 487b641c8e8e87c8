import type { Random } from '../../flows/random.ts';
import { pathPatterns } from './matches.ts';
import { ruleOf } from './scene.ts';
import type { Written, WrittenApprovals, WrittenFloor, WrittenRule, WrittenWhen } from './written-policy.ts';

const subjects = [
  '@acme/dba',
  '@acme/dba',
  '@acme/security',
  '@acme/payments',
  'role:write',
  'role:maintain',
  'role:admin',
  'code-owners',
  'Wim',
  'dirk',
  'rita',
  'schema-robot[bot]',
] as const;

/** The conditions that a policy can name, each in a few forms. */
const conditions: readonly ((random: Random) => Partial<WrittenWhen>)[] = [
  (random) => ({ hazard: random.pick(['low', 'medium', 'high'] as const) }),
  (random) => ({ rule: random.pick([ruleOf.high, [ruleOf.low, ruleOf.medium]]) }),
  (random) => ({ table: random.pick(['payments', ['billing.*', 'audit.log'], 'public.ord*']) }),
  (random) => ({ schema: random.pick(['billing', 'b*', ['audit', 'public']]) }),
  (random) => ({ rows_over: random.pick([0, 1_000, 1_000_000]) }),
  (random) => ({ path: random.pick(Object.keys(pathPatterns)) }),
  (random) => ({ label: random.pick(['Risky', ['needs-security', 'risky']]) }),
  () => ({ author_team: '@acme/interns' }),
  (random) => ({ reversibility: random.pick(['unproven', ['irreversible', 'lossy']]) }),
  (random) => ({ statement: random.pick(['DROP', 'DROP TABLE', ['TRUNCATE', 'ALTER']]) }),
];

/** A policy and a floor under it, of any shape that the documentation names. */
export function anyWritten(random: Random): Written {
  const isOpen = random.below(15) === 0;
  return {
    policy: {
      ...(isOpen ? { protected: false } : { approvals: anyApprovals(random) }),
      ...(random.below(3) === 0 ? { separate: { approving_and_merging: true } } : {}),
    },
    floor: anyFloor(random),
  };
}

function anyApprovals(random: Random): WrittenApprovals {
  const shape = random.below(4);
  const rule: WrittenRule =
    shape < 2 ? people(random) : shape === 2 ? lists(random, 2) : { ...people(random), ...lists(random, 1) };
  const when = Array.from({ length: random.below(4) }, () => anyWhen(random));
  return {
    ...rule,
    ...(when.length === 0 ? {} : { when }),
    ...(random.below(3) === 0 ? { bots: ['schema-robot[bot]'] } : {}),
  };
}

function anyWhen(random: Random): WrittenWhen {
  const one = random.pick(conditions)(random);
  const both = random.below(4) === 0 ? { ...one, ...random.pick(conditions)(random) } : one;
  const shape = random.below(4);
  if (shape === 0) return { ...both, required: 1 + random.below(3) };
  return { ...both, ...(shape === 1 ? lists(random, 1) : people(random)) };
}

function people(random: Random): WrittenRule {
  const from = Array.from({ length: 1 + random.below(2) }, () => random.pick(subjects));
  return { required: random.pick([0, 1, 1, 1, 1, 1, 2, 2, 2, 3]), from: [...new Set(from)] };
}

function lists(random: Random, depth: number): WrittenRule {
  const rules = Array.from({ length: 2 + random.below(2) }, () =>
    depth > 1 && random.below(4) === 0 ? lists(random, depth - 1) : people(random),
  );
  if (random.below(3) === 0) return { any: rules };
  return { all: rules, ...(random.below(3) > 0 ? { different_people: true } : {}) };
}

function anyFloor(random: Random): WrittenFloor | null {
  const floors: readonly (WrittenFloor | null)[] = [
    null,
    null,
    null,
    { protected: true },
    { approvals: 1 },
    { protected: true, approvals: 1, from: ['@acme/dba'] },
    { approvals: 2 },
    { from: ['@acme/security', 'role:admin'] },
  ];
  return random.pick(floors);
}
