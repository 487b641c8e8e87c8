import { describe, expect, it } from 'vitest';
import type { ApprovalPolicy, Condition } from '../../src/domain/policy.ts';
import { reasonOf } from '../../src/gate/conditions.ts';
import { traitsOfPlan } from '../../src/jobs/gating/change-traits.ts';
import { buildPlan } from '../../src/plan/build-plan.ts';
import { parts } from '../plan/builders.ts';

const policyWith = (condition: Condition): ApprovalPolicy => ({
  required: 1,
  from: [{ kind: 'role', role: 'write' }],
  when: [{ when: condition, rule: { kind: 'people', required: 2, from: [{ kind: 'role', role: 'write' }] } }],
});

/** The traits of a plan that runs these statements, which lock nothing. */
const traits = (condition: Condition, ...sqls: readonly string[]) => {
  const statements = sqls.map((sql) => ({ sql, line: 1, durationMs: 1, locks: [], rewrites: [] }));
  const steps = parts.steps.map((step) => ({ ...step, statements }));
  return traitsOfPlan(policyWith(condition), buildPlan({ ...parts, steps }));
};

describe('what a plan’s statements say of it', () => {
  it('counts as having any command where one cannot be read, whatever stands around it', async () => {
    const condition: Condition = { statements: ['DROP'] };
    const found = await traits(
      condition,
      'SELECT 1',
      'ALTER TABLE orders MERGE PARTITIONS (a, b) INTO c',
      'SELECT 2',
    );
    expect(found.statements).toBeNull();
    expect(reasonOf(condition, found)).toBe('a statement of it could not be read');
  });

  it('finds the tables that are named, and not locked, beside a statement that cannot be read', async () => {
    const found = await traits({ tables: ['billing.*'] }, 'SELEC', 'TRUNCATE billing.bills');
    expect(found.tables).toEqual(['billing.bills']);
  });

  it.each([
    ['GRANT SELECT ON ALL TABLES IN SCHEMA billing TO bob', 'billing'],
    ['ALTER SCHEMA billing RENAME TO old', 'billing'],
    ['ALTER SCHEMA billing OWNER TO bob', 'billing'],
    ['DROP SCHEMA billing CASCADE', 'billing'],
    ['GRANT USAGE ON SCHEMA billing TO bob', 'billing'],
    ['REINDEX SCHEMA billing', 'billing'],
    ['DROP TABLE billing.bills', 'billing.bills'],
    ['DROP TRIGGER told ON billing.bills', 'billing.bills'],
    ['DROP POLICY own ON billing.bills', 'billing.bills'],
  ])('%s: touches `%s`', async (sql, what) => {
    for (const condition of [{ tables: ['billing.*'] }, { schemas: ['bil*'] }] as const) {
      expect(reasonOf(condition, await traits(condition, sql))).toContain(`\`${what}\``);
    }
    expect(reasonOf({ schemas: ['public'] }, await traits({ schemas: ['public'] }, sql))).toBeNull();
  });

  it('counts as touching any table, by any command, where nobody can tell what it does', async () => {
    for (const rule of ['dynamic-sql', 'not-tried']) {
      const hazards = parts.hazards.slice(0, 1).map((hazard) => ({ ...hazard, rule }));
      const plan = buildPlan({ ...parts, hazards });
      const conditions: readonly Condition[] = [
        { tables: ['payments'] },
        { schemas: ['s'] },
        { statements: ['DROP'] },
      ];
      for (const condition of conditions) {
        const found = await traitsOfPlan(policyWith(condition), plan);
        expect(reasonOf(condition, found)).toMatch(/^it is not known which/);
      }
    }
  });

  it('reads no statement where no condition is about one', async () => {
    expect((await traits({ hazard: 'high' }, 'SELEC')).statements).toEqual([]);
  });
});
