import type { Node } from 'libpg-query';
import type { ApplyStep } from '../../domain/apply.ts';
import type { IgnoredChange } from '../../domain/drift.ts';
import type { CompiledMigration } from '../../domain/migration.ts';
import type { Problem } from '../../domain/problem.ts';
import { kindOf, nodesOf } from '../../shadow/privileged-kinds.ts';
import type { Environment } from '../environment.ts';
import type { MadePlan } from '../planning/make-plan.ts';
import { inWords } from '../rollback/schema-of.ts';
import type { Tools } from '../tools.ts';
import { compareSchemas } from './compare-schemas.ts';
import { beginningOf } from './expected-schema.ts';
import { findingOf } from './look-for-drift.ts';

/** Whether a plan writes down as applied what its database has already. */
export function adopts({ steps }: Pick<MadePlan, 'steps'>): boolean {
  return steps.some((step) => step.adopts === true);
}

/** Whether what a plan writes down as applied is what its database has; `why` is one or two sentences. */
export type Proof =
  /** `fingerprint` is of the schema that was compared; `ignored` is what differs and the rules leave alone. */
  | { readonly kind: 'there'; readonly fingerprint: string; readonly ignored: readonly IgnoredChange[] }
  | { readonly kind: 'not-there'; readonly why: string }
  /** It cannot be told at the moment. */
  | { readonly kind: 'unknown'; readonly why: string };

/**
 * Finds out whether what a plan writes down as applied is what its database has: with it, the history has to make just
 * the schema that is there, but for what the rules leave alone and it does not touch. Throws TargetUnavailable.
 */
export async function proveThere(
  environment: Environment,
  { steps }: Pick<MadePlan, 'steps'>,
  tools: Tools,
  signal: AbortSignal,
): Promise<Proof> {
  const adopting = steps.filter((step) => step.adopts === true);
  const names = adopting.map(({ migration }) => `\`${migration}\``).join(', ');
  const { name } = environment.policy;
  const mixed = await firstBeyondSchema(adopting);
  if (mixed !== null) {
    const why =
      `\`${mixed.migration}\` was to be what \`${name}\` has already, and only the schema can be compared; it also runs ` +
      `\`${mixed.sql}\`. Put that into a migration of its own.`;
    return { kind: 'not-there', why };
  }
  const compared = await compareSchemas(environment, tools, signal, adopting.map(asCompiled));
  if (compared.kind === 'not-compared') {
    const why = `${names} was to count as applied to \`${name}\`, which could not be compared with its history. ${compared.why}`;
    return { kind: compared.isPassing ? 'unknown' : 'not-there', why };
  }
  const finding = findingOf(environment, compared, tools);
  if (finding.kind === 'none') {
    return { kind: 'there', fingerprint: compared.mark.fingerprint, ignored: finding.ignored };
  }
  const why =
    `${names} was to be what \`${name}\` has already, and with it the history makes another schema than is there: ` +
    `${inWords(finding.changes)} differs. \`/drift adopt ${name}\` offers one that fits; without its line ` +
    `\`tidegate:adopts ${name}\` it is run as any other.`;
  return { kind: 'not-there', why };
}

/** The plan with a problem where what it writes down as applied is not there. */
export async function withProof(
  environment: Environment,
  made: MadePlan,
  tools: Tools,
  signal: AbortSignal,
): Promise<MadePlan> {
  const { plan } = made;
  if (!adopts(made) || plan.problems.length > 0) return made;
  const proof = await proveThere(environment, made, tools, signal);
  if (proof.kind === 'there') {
    return { ...made, plan: { ...plan, notes: [...plan.notes, ...ignoredNote(environment, proof.ignored)] } };
  }
  const problem: Problem =
    proof.kind === 'not-there'
      ? { code: 'drift', message: proof.why }
      : {
          code: 'target-unavailable',
          message: `${proof.why} Comment \`/plan\` once that is over, where it is not planned again by itself.`,
        };
  return { ...made, plan: { ...plan, problems: [problem] } };
}

function ignoredNote(
  { policy }: Pick<Environment, 'policy'>,
  ignored: readonly IgnoredChange[],
): readonly string[] {
  if (ignored.length === 0) return [];
  const differ = ignored.length === 1 ? 'differs' : 'differ';
  return [
    `What is adopted was compared with \`${policy.name}\`. ${inWords(ignored)} ${differ} there still: \`drift.ignore\` leaves that alone, and it is not adopted.`,
  ];
}

/** Kinds of statements that change rows, or whose doing cannot be told. */
const beyondSchema: ReadonlySet<string> = new Set([
  'InsertStmt',
  'UpdateStmt',
  'DeleteStmt',
  'MergeStmt',
  'SelectStmt',
  'CallStmt',
  'DoStmt',
  'CopyStmt',
  'TruncateStmt',
  'ExecuteStmt',
  'RefreshMatViewStmt',
]);

function isBeyondSchema(node: Node): boolean {
  // A materialized view is made by the same kind of statement, and its rows are no one's own.
  if ('CreateTableAsStmt' in node) return node.CreateTableAsStmt.objtype !== 'OBJECT_MATVIEW';
  return beyondSchema.has(kindOf(node));
}

async function firstBeyondSchema(
  steps: readonly ApplyStep[],
): Promise<{ readonly migration: string; readonly sql: string } | null> {
  for (const { migration, up } of steps) {
    for (const { sql } of up.statements) {
      if ((await nodesOf(sql)).some(isBeyondSchema)) return { migration, sql: beginningOf(sql) };
    }
  }
  return null;
}

function asCompiled({ migration, checksum, up, down }: ApplyStep): CompiledMigration {
  return { name: migration, path: migration, checksum, up, down, asksDatabase: false };
}
