import { parse, type Node, type RangeVar } from 'libpg-query';
import type { Lock, PlannedStatement, PlanStep } from '../domain/plan.ts';
import { afterStatement, isNewRelation, type NewRelations } from './new-relations.ts';
import { proofsAfter, isProven, type NotNullProofs } from './not-null-proofs.ts';
import { isBlockingMode, isSystemRelation, keyOf, meantBy, parseRelation, wholeSchema } from './relations.ts';

/** What a rule may ask about one statement of the plan. */
export interface StatementFacts {
  readonly statement: PlannedStatement;
  /** Null where PostgreSQL's parser does not read it. */
  readonly node: Node | null;
  /** Relations from before the plan that it newly locks in a mode that others wait on. */
  readonly blocked: readonly Lock[];
  /** Relations from before the plan whose storage it wrote anew; null where nobody tried. */
  readonly rewrites: readonly string[] | null;
  /** Whether the plan itself made the relation. */
  readonly isNew: (relation: RangeVar | undefined) => boolean;
  readonly isNewSchema: (schema: string) => boolean;
  /** Whether others wait on it while the statement runs, as observed; true where nothing was. */
  readonly isBlocked: (relation: RangeVar | undefined) => boolean;
  /** Whether an earlier statement of the same transaction holds a lock on it that others wait on. */
  readonly isHeldBefore: (relation: RangeVar | undefined) => boolean;
  /** Whether an earlier statement of the plan proved that the column has no NULL. */
  readonly isProvenNotNull: (relation: RangeVar | undefined, column: string) => boolean;
}

interface Before {
  readonly made: NewRelations;
  readonly proofs: NotNullProofs;
  /** Locks of the transaction so far. */
  readonly held: readonly Lock[];
}

/** The facts of every statement of the plan, in order, with the step that each belongs to. */
export async function readFacts(
  steps: readonly PlanStep[],
): Promise<readonly { readonly step: PlanStep; readonly facts: StatementFacts }[]> {
  const all: { step: PlanStep; facts: StatementFacts }[] = [];
  let made: NewRelations = new Set();
  let proofs: NotNullProofs = [];
  for (const step of steps) {
    let held: readonly Lock[] = [];
    for (const statement of step.statements) {
      const node = await readTree(statement.sql);
      all.push({ step, facts: factsOf(statement, node, { made, proofs, held }) });
      if (node !== null) {
        made = afterStatement(node, statement, made);
        proofs = proofsAfter(node, proofs);
      }
      if (step.transaction) held = [...held, ...statement.locks];
    }
  }
  return all;
}

async function readTree(sql: string): Promise<Node | null> {
  try {
    const { stmts = [] } = await parse(sql);
    return stmts.length === 1 ? (stmts[0]?.stmt ?? null) : null;
  } catch {
    // What cannot be read counts as the worst case, by a rule of its own.
    return null;
  }
}

function factsOf(
  statement: PlannedStatement,
  node: Node | null,
  { made, proofs, held }: Before,
): StatementFacts {
  const isTried = statement.notTried === undefined;
  const seen = [...statement.locks, ...held];
  const isOld = (printed: string): boolean => {
    const relation = parseRelation(printed);
    return !isSystemRelation(relation) && !isNewRelation(relation, made);
  };
  const isLocked = (relation: RangeVar | undefined, locks: readonly Lock[]): boolean => {
    const meant = new Set(meantBy(relation ?? {}, seen).map(keyOf));
    return locks.some((lock) => isBlockingMode(lock.mode) && meant.has(keyOf(parseRelation(lock.relation))));
  };
  return {
    statement,
    node,
    blocked: statement.locks.filter(
      (lock) => isBlockingMode(lock.mode) && isOld(lock.relation) && !isAmong(lock, held),
    ),
    rewrites: isTried ? statement.rewrites.filter(isOld) : null,
    isNew: (relation) =>
      relation !== undefined && meantBy(relation, seen).every((name) => isNewRelation(name, made)),
    isNewSchema: (schema) => made.has(keyOf(wholeSchema(schema))),
    isBlocked: (relation) => seen.length === 0 || isLocked(relation, seen),
    isHeldBefore: (relation) => isLocked(relation, held),
    isProvenNotNull: (relation, column) => isProven(proofs, relation, column),
  };
}

function isAmong(lock: Lock, locks: readonly Lock[]): boolean {
  return locks.some(({ relation, mode }) => relation === lock.relation && mode === lock.mode);
}
