import { createHash } from 'node:crypto';
import type { Waiver } from '../domain/hazard.ts';
import type { Direction, MigrationSettings } from '../domain/migration.ts';
import type { Plan } from '../domain/plan.ts';

/** What of a step decides what will run, and nothing else of it. */
interface DigestedStep {
  readonly migration: string;
  readonly checksum: string;
  readonly direction: Direction;
  readonly transaction: boolean;
  readonly statements: readonly string[];
  readonly reverse: readonly string[];
  readonly reverseTransaction: boolean;
  readonly adopts?: true;
}

type Digested = Pick<Plan, 'environment' | 'steps' | 'hazards' | 'configuration'> & {
  readonly settings: Pick<MigrationSettings, 'table' | 'schema' | 'decamelize'>;
};

// Raised whenever the canonical form changes, so that digests of two forms can never be equal.
const form = 'tidegate-plan/1';

/**
 * SHA-256, in hexadecimal, over everything that decides what will run: environment, where the history is kept,
 * each step with its statements and what takes it back, the waivers in force, and the rules where it changes them. What was merely observed
 * (locks, durations, lines, notes) is no part of it, so that the same plan made twice has the same digest.
 */
export function digestOf(plan: Digested): string {
  const { table, schema, decamelize } = plan.settings;
  const decisive = {
    environment: plan.environment,
    settings: { table, schema, decamelize },
    steps: plan.steps.map(digestedStep),
    waivers: waiversInForce(plan.hazards),
    ...(plan.configuration === undefined ? {} : { configuration: plan.configuration }),
  };
  return createHash('sha256')
    .update(`${form}\n${canonical(decisive)}`)
    .digest('hex');
}

function digestedStep(step: Plan['steps'][number]): DigestedStep {
  const { migration, checksum, direction, transaction, reverse, reverseTransaction } = step;
  const statements = step.statements.map(({ sql }) => sql);
  const digested = { migration, checksum, direction, transaction, statements, reverse, reverseTransaction };
  return step.adopts === true ? { ...digested, adopts: true } : digested;
}

/** Each waiver once, in an order that does not depend on the order of the hazards. */
function waiversInForce(hazards: Plan['hazards']): readonly (Waiver & { readonly migration: string })[] {
  const found = new Map(
    hazards.flatMap(({ migration, waiver }) => {
      if (waiver === undefined) return [];
      const { rule, until, reason } = waiver;
      const entry = { migration, rule, until, reason };
      return [[canonical(entry), entry] as const];
    }),
  );
  return [...found.keys()].sort().flatMap((key) => found.get(key) ?? []);
}

/** JSON with sorted keys: equal values have equal texts (the idea of RFC 8785). */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, held: unknown) => (isRecord(held) ? sorted(held) : held));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function sorted(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.keys(record)
      .sort()
      .map((key) => [key, record[key]]),
  );
}
