import { setImmediate } from 'node:timers/promises';
import { parse, type Node, type RangeVar } from 'libpg-query';
import type { Lock, PlannedStatement, PlanStep } from '../domain/plan.ts';
import { birthOf, changesSearchPath, recordBirths, type Birth, type Births } from './new-relations.ts';
import { proofsAfter, isProven, type NotNullProofs } from './not-null-proofs.ts';
import {
  isBlockingMode,
  isSystemRelation,
  keyOf,
  parseRelation,
  wholeSchema,
  type RelationName,
} from './relations.ts';
import { meantBy, SeenLocks } from './seen-locks.ts';

/** What a rule may ask about one statement of the plan. */
export interface StatementFacts {
  readonly statement: PlannedStatement;
  /** Null where PostgreSQL's parser does not read it. */
  readonly node: Node | null;
  /** Relations from before the plan that it newly locks in a mode that others wait on. */
  readonly blocked: readonly Lock[];
  /** Relations from before the plan whose storage it wrote anew; null where nobody tried. */
  readonly rewrites: readonly string[] | null;
  /** Which relations a name in the statement can mean. */
  readonly meant: (relation: RangeVar) => readonly RelationName[];
  /** Whether the plan itself made the relation. */
  readonly isNew: (relation: RangeVar | undefined) => boolean;
  readonly isNewSchema: (schema: string) => boolean;
  /** Whether an earlier statement of the same transaction holds a lock on it that others wait on. */
  readonly isHeldBefore: (relation: RangeVar | undefined) => boolean;
  /** Whether an earlier statement of the plan proved that the column has no NULL. */
  readonly isProvenNotNull: (relation: RangeVar | undefined, column: string) => boolean;
}

/** What the statements before this one left behind. */
interface Before {
  readonly births: Births;
  readonly proofs: NotNullProofs;
  /** Locks of the transaction so far. */
  readonly held: SeenLocks;
}

interface Place {
  readonly step: number;
  readonly transaction: boolean;
}

// Parsing takes about a tenth of a millisecond a statement: others get their turn in between.
const statementsAtATime = 100;

/** Looks at every statement of the plan, in order. The facts hold only while they are looked at. */
export async function lookAtStatements(
  steps: readonly PlanStep[],
  look: (step: PlanStep, facts: StatementFacts) => void,
): Promise<void> {
  const births = new Map<string, Birth>();
  let proofs: NotNullProofs = [];
  let count = 0;
  for (const [index, step] of steps.entries()) {
    const place = { step: index, transaction: step.transaction };
    const held = new SeenLocks();
    let hasOwnPath = false;
    for (const statement of step.statements) {
      count += 1;
      if (count % statementsAtATime === 0) await setImmediate();
      const node = await readTree(statement.sql);
      look(step, factsOf(statement, node, place, { births, proofs, held }));
      if (step.transaction) held.add(statement.locks);
      if (node === null) continue;
      hasOwnPath ||= changesSearchPath(node);
      recordBirths(node, index, hasOwnPath, births);
      proofs = proofsAfter(node, proofs);
    }
  }
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
  place: Place,
  { births, proofs, held }: Before,
): StatementFacts {
  const isTried = statement.notTried === undefined && statement.durationMs !== null;
  const seen = [held, new SeenLocks(statement.locks)];
  const isMade = newness(births, place, isTried, seen);
  const isOld = (printed: string): boolean => {
    const relation = parseRelation(printed);
    return !isSystemRelation(relation) && !isMade(relation);
  };
  return {
    statement,
    node,
    blocked: statement.locks.filter((lock) => isBlockingMode(lock.mode) && isOld(lock.relation)),
    rewrites: isTried ? statement.rewrites.filter(isOld) : null,
    meant: (relation) => namedBy(relation, seen, births),
    isNew: (relation) => relation !== undefined && namedBy(relation, seen, births).every(isMade),
    isNewSchema: (schema) => births.get(keyOf(wholeSchema(schema)))?.isSure === true,
    isHeldBefore: (relation) => meantBy(relation ?? {}, [held]).some((name) => held.isBlocking(name)),
    isProvenNotNull: (relation, column) => isProven(proofs, relation, column),
  };
}

/**
 * Whether the plan made a relation. A transaction's observed locks name only what was there before it began: a
 * lock on the name says that it is not the one just made, and where the plan may have made it, no lock that it is.
 */
function newness(
  births: Births,
  { step, transaction }: Place,
  isTried: boolean,
  seen: readonly SeenLocks[],
): (relation: RelationName) => boolean {
  return (relation) => {
    const birth = birthOf(relation, births);
    if (birth === undefined) return false;
    if (birth.step !== step || !transaction) return birth.isSure;
    const isLocked = seen.some((locks) => locks.has(relation));
    return !isLocked && (birth.isSure || isTried);
  };
}

/** A temporary table comes before any other of its name, and is never among the locks of its transaction. */
function namedBy(relation: RangeVar, seen: readonly SeenLocks[], births: Births): readonly RelationName[] {
  const name = relation.relname ?? '';
  const temporary = { schema: 'pg_temp', name };
  const isSeen = seen.some((locks) => locks.named(name).length > 0);
  const isTemporary = relation.schemaname === undefined && births.has(keyOf(temporary));
  return isTemporary && !isSeen ? [temporary] : meantBy(relation, seen);
}
