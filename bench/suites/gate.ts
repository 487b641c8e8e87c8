import type { Contributor, GateFacts, Person, Review } from '../../src/domain/gate.ts';
import type { ApprovalRule, EnvironmentPolicy, Subject } from '../../src/domain/policy.ts';
import { decide } from '../../src/gate/decide.ts';
import { gateName } from '../gate-name.ts';
import type { Suite } from '../scene.ts';
import { summary } from '../statistics.ts';

/** The largest pull request that GitHub lists whole, and more rules than anybody should write. */
const most = { commits: 250, reviews: 100, rules: 20 } as const;

/** A decision is over too soon to be timed alone. */
const together = 50;

/** How long the gate takes to decide, its facts being there. */
export const gateSuite: Suite = {
  name: gateName,
  about: 'how long the gate takes to decide about a large pull request',
  run(scene) {
    scene.progress(gateName);
    const facts = largeFacts();
    const code = decide(facts).code;
    if (code !== 'too-few-approvals')
      throw new Error(`the gate was expected to weigh it all; it says ${code}`);
    const times: number[] = [];
    // The first rounds are compiled while they run.
    for (let round = -20; round < (scene.isQuick ? 20 : 100); round += 1) {
      const from = performance.now();
      for (let run = 0; run < together; run += 1) decide(facts);
      if (round >= 0) times.push((performance.now() - from) / together);
    }
    const measured = { suite: gateName, case: gateName, size: most.commits, unit: 'ms' as const };
    return Promise.resolve({ measured: [{ ...measured, ...summary(times) }], missed: [] });
  },
};

function largeFacts(): GateFacts {
  const digest = 'd'.repeat(64);
  const head = 'a'.repeat(40);
  const logins = Array.from({ length: most.reviews }, (_, at) => `reviewer-${at}`);
  return {
    policy: largePolicy(),
    digest,
    stepCount: 40,
    changesRules: false,
    traits: {
      hazards: [{ rule: 'drop-table', severity: 'high' }],
      tables: Array.from({ length: 200 }, (_, at) => `public.table_${at}`),
      wholeSchemas: [],
      isForeseen: true,
      rows: 2_000_000,
      paths: Array.from({ length: 40 }, (_, at) => `migrations/${at}_change.sql`),
      labels: ['schema'],
      authorTeams: [],
      reversibility: ['proven'],
      statements: ['ALTER TABLE', 'DROP TABLE'],
      bringsWaiver: false,
    },
    owners: [],
    expiredAt: null,
    problems: [],
    head,
    contributors: Array.from({ length: most.commits }, (_, at): Contributor => ({
      login: `writer-${at}`,
      as: 'author',
      commit: head,
    })),
    contributorsComplete: true,
    reviews: logins.map((login, at): Review => ({
      id: at,
      login,
      isBot: false,
      state: 'approved',
      commit: head,
      digest,
      severity: 'high',
      submittedAt: new Date(at * 1000),
    })),
    people: logins.map((login, at): Person => ({ login, role: 'write', teams: [`acme/team-${at % 30}`] })),
    hold: null,
    endsHold: false,
    mergedBy: null,
    brokenGlass: null,
  };
}

/** Each rule asks another team, and all of them hold for the change. */
function largePolicy(): EnvironmentPolicy {
  const team = (slug: string): Subject => ({ kind: 'team', organisation: 'acme', slug });
  const rule = (at: number): ApprovalRule => ({ kind: 'people', required: 2, from: [team(`team-${at}`)] });
  const approvals = {
    required: 1,
    from: [team('team-0')],
    also: { kind: 'people', required: 1, from: [team('nobody')] } as const,
    when: Array.from({ length: most.rules - 2 }, (_, at) => ({
      when: { tables: [`public.*_${100 + at}`], paths: ['migrations/*.sql'] },
      rule: rule(at),
    })),
  };
  const rollback = { required: 1, from: [team('team-0')] };
  return { name: 'prod', branch: 'main', protected: true, promotesFrom: null, approvals, rollback };
}
