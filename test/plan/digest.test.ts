import { describe, expect, it } from 'vitest';
import { buildPlan, type PlanParts } from '../../src/plan/build-plan.ts';
import { parts } from './builders.ts';

type Change = (copy: Mutable<PlanParts>) => void;
type Mutable<T> = T extends object ? { -readonly [K in keyof T]: Mutable<T[K]> } : T;

const decisive: Readonly<Record<string, Change>> = {
  'the environment': (plan) => (plan.environment = 'prod'),
  'no environment': (plan) => (plan.environment = null),
  'the history table': (plan) => (plan.settings.table = 'other'),
  'the history schema': (plan) => (plan.settings.schema = 'other'),
  decamelize: (plan) => (plan.settings.decamelize = true),
  'a migration': (plan) => (firstStep(plan).migration = '0002_orders'),
  'a checksum': (plan) => (firstStep(plan).checksum = 'b'.repeat(64)),
  'a direction': (plan) => (firstStep(plan).direction = 'down'),
  'whether there is a transaction': (plan) => (firstStep(plan).transaction = false),
  "a statement's SQL": (plan) => (firstStatement(plan).sql += ' '),
  'the order of the statements': (plan) => firstStep(plan).statements.reverse(),
  'one statement fewer': (plan) => firstStep(plan).statements.pop(),
  'what takes it back': (plan) => (firstStep(plan).reverse[0] = 'SELECT 1'),
  'whether that is in a transaction': (plan) => (firstStep(plan).reverseTransaction = false),
  'one step more': (plan) => plan.steps.push({ ...firstStep(plan), migration: '0002_more' }),
  'no steps': (plan) => (plan.steps = []),
  "a waiver's reason": (plan) => (firstWaiver(plan).reason = 'another'),
  "a waiver's end": (plan) => (firstWaiver(plan).until = '2027-01-01'),
  "a waiver's rule": (plan) => (firstWaiver(plan).rule = 'drop-table'),
  'a waiver taken away': (plan) => delete firstHazard(plan).waiver,
};

const observed: Readonly<Record<string, Change>> = {
  'a path': (plan) => (firstStep(plan).path = 'elsewhere.sql'),
  'the directory': (plan) => (plan.settings.directory = 'db'),
  'what is ignored': (plan) => (plan.settings.ignore = '.*md'),
  'a line': (plan) => (firstStatement(plan).line = 9),
  'a duration': (plan) => (firstStatement(plan).durationMs = 99),
  locks: (plan) => (firstStatement(plan).locks = []),
  rewrites: (plan) => (firstStatement(plan).rewrites = ['public.orders']),
  'what was not tried': (plan) => (firstStatement(plan).notTried = 'it was not reached'),
  'what goes first': (plan) => (plan.goesFirst = []),
  problems: (plan) => (plan.problems = []),
  "a hazard's words": (plan) => (firstHazard(plan).message = 'other words'),
  'a hazard without a waiver': (plan) => {
    const { waiver: _, ...hazard } = firstHazard(plan);
    plan.hazards.push(hazard);
  },
  'the same waiver on a second statement': (plan) => plan.hazards.push({ ...firstHazard(plan), line: 3 }),
  reversibility: (plan) => (plan.reversibility = []),
  'the schema diff': (plan) => (plan.schemaDiff = []),
  notes: (plan) => plan.notes.push('another'),
};

describe('the digest of a plan', () => {
  const digest = buildPlan(parts).digest;

  it('is the same when the plan is made again, whatever the order of its keys', () => {
    const { directory, table, schema, decamelize, ignore } = parts.settings;
    const settings = { ignore, decamelize, schema, table, directory };
    const again: PlanParts = { ...structuredClone(parts), settings };
    expect(buildPlan(again).digest).toBe(digest);
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each(Object.entries(decisive))('changes with %s', (_, change) => {
    expect(digestAfter(change)).not.toBe(digest);
  });

  it.each(Object.entries(observed))('does not change with %s', (_, change) => {
    expect(digestAfter(change)).toBe(digest);
  });

  it('is different for every one of these changes', () => {
    const digests = Object.values(decisive).map(digestAfter);
    expect(new Set(digests).size).toBe(digests.length);
  });

  it('stays as it is recorded here, since approvals are kept by it', () => {
    expect(digest).toBe('a8b6508382bfdc2cdd3828751155ab0762a5f871caf446f45a9f93976ddd6d9a');
  });
});

function digestAfter(change: Change): string {
  // A clone of our own may be changed.
  const copy = structuredClone(parts) as Mutable<PlanParts>;
  change(copy);
  return buildPlan(copy).digest;
}

function firstStep(plan: Mutable<PlanParts>): Mutable<PlanParts>['steps'][number] {
  return found(plan.steps[0]);
}

function firstStatement(plan: Mutable<PlanParts>): Mutable<PlanParts>['steps'][number]['statements'][number] {
  return found(firstStep(plan).statements[0]);
}

function firstHazard(plan: Mutable<PlanParts>): Mutable<PlanParts>['hazards'][number] {
  return found(plan.hazards[0]);
}

function firstWaiver(plan: Mutable<PlanParts>): { rule: string; until: string; reason: string } {
  return found(firstHazard(plan).waiver);
}

function found<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the plan of the tests has one');
  return value;
}
