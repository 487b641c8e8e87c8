import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { parseRepositoryConfig } from '../../src/config/repository-config.ts';
import type { GateFacts } from '../../src/domain/gate.ts';
import type { EnvironmentPolicy } from '../../src/domain/policy.ts';
import type { ChangeTraits } from '../../src/domain/traits.ts';
import { ownersOf } from '../../src/gate/code-owners.ts';
import { decide } from '../../src/gate/decide.ts';
import { drawn, facts, person, review, traits } from './facts.ts';

const people = [
  person('dana', 'write', ['acme/dba']),
  person('dirk', 'write', ['acme/dba']),
  person('sam', 'write', ['acme/security']),
  person('pia', 'write', ['acme/payments']),
  person('ivo', 'write', ['acme/interns']),
  person('max', 'maintain'),
  person('wim'),
  person('ada'),
  person('rita', 'read'),
  person('schema-robot[bot]'),
  person('other-robot[bot]'),
];

/** What the words of the tables mean; several are joined by a comma. */
const meanings: Readonly<Record<string, (known: ChangeTraits) => Partial<ChangeTraits>>> = {
  'adds a column': () => ({}),
  'drops a table': () => ({
    hazards: [{ rule: 'drop-table', severity: 'high' }],
    statements: ['DROP TABLE'],
  }),
  'brings a waiver': () => ({ bringsWaiver: true }),
  'touches payments': ({ paths }) => ({
    tables: ['public.payments'],
    paths: [...paths, 'migrations/004_payments.sql'],
  }),
  'runs a DO block': () => ({ isForeseen: false }),
  'touches a big table': () => ({ rows: 1_000_001 }),
  'touches a table of unknown size': () => ({ rows: null }),
  'has no way back': () => ({ reversibility: ['irreversible'] }),
  'is by an intern': () => ({ authorTeams: ['acme/interns'] }),
  'is labelled': () => ({ labels: ['Needs-Security'] }),
  'is at a guarded path': () => ({ paths: ['migrations/005_auth_keys.sql'] }),
};

const others: Readonly<Record<string, Partial<GateFacts>>> = {
  'changes the rules': { changesRules: true },
  'merged by dana': { mergedBy: 'dana' },
  'merged by wim': { mergedBy: 'wim' },
  'in an emergency': { brokenGlass: { login: 'max', why: 'the shop is down' } },
};

const codeOwners = 'migrations/ @acme/dba @rita\nmigrations/*payments* @acme/payments\n';

interface Section {
  readonly title: string;
  readonly policy: EnvironmentPolicy;
  readonly rows: readonly (readonly string[])[];
}

const document = await readFile(new URL('../../docs/gate.md', import.meta.url), 'utf8');

function sections(): readonly Section[] {
  return document
    .split(/^### /m)
    .slice(1)
    .map((text) => {
      const [title = ''] = text.split('\n');
      const yaml = /```yaml\n([\s\S]*?)```/.exec(text)?.[1] ?? '';
      const policy = parseRepositoryConfig(yaml, title).environments?.find(({ name }) => name === 'prod');
      if (policy === undefined) throw new Error(`${title} has no policy of prod`);
      const rows = text
        .split('\n')
        .filter((line) => /^\| (?!the change|-)/.test(line))
        .map((line) =>
          line
            .split('|')
            .slice(1, -1)
            .map((cell) => cell.trim()),
        );
      return { title, policy, rows };
    });
}

function factsOf({ policy }: Section, change: string, approvers: string): GateFacts {
  let made: ChangeTraits = traits;
  let more: Partial<GateFacts> = {};
  for (const words of change.split(', ')) {
    const meaning = meanings[words];
    if (meaning === undefined && others[words] === undefined) throw new Error(`what does "${words}" mean?`);
    made = { ...made, ...meaning?.(made) };
    more = { ...more, ...others[words] };
  }
  const logins = approvers === '' ? [] : approvers.split(', ');
  return facts({
    policy,
    traits: made,
    owners: ownersOf(codeOwners, made.paths),
    people,
    reviews: logins.map((login) => review(login, { severity: 'high' })),
    ...more,
  });
}

describe('docs/gate.md', () => {
  const all = sections();

  it('has ten policies, each with what opens the gate and what does not', () => {
    expect(all).toHaveLength(10);
    for (const { rows } of all) {
      expect(new Set(rows.map(([, , gate]) => gate))).toEqual(new Set(['opens', 'waits']));
    }
  });

  it.each(all.flatMap((section) => section.rows.map((row) => [section.title, row, section] as const)))(
    '%s: %s',
    (_title, [change = '', approvers = '', gate], section) => {
      const decision = decide(factsOf(section, change, approvers));
      expect(decision.status === 'allowed' ? 'opens' : 'waits', drawn(decision)).toBe(gate);
    },
  );
});
