import type { Node, RangeVar } from 'libpg-query';
import { addedConstraint, tableCommands } from './tree.ts';
import { written } from './relations.ts';

/** A constraint that says of columns that they are never NULL; it proves so once PostgreSQL has checked it. */
interface Proof {
  readonly table: string;
  readonly constraint: string;
  readonly columns: readonly string[];
  readonly isChecked: boolean;
}

/** What the plan's statements so far say about columns without NULL. */
export type NotNullProofs = readonly Proof[];

/** With what one statement more adds, checks or drops. */
export function proofsAfter(node: Node, proofs: NotNullProofs): NotNullProofs {
  let next = proofs;
  for (const { table, command } of tableCommands(node)) {
    const name = written(table);
    const isNamed = (proof: Proof): boolean => proof.table === name && proof.constraint === command.name;
    const constraint = addedConstraint(command);
    if (constraint !== null) {
      const columns = presentColumns(constraint.raw_expr);
      const isChecked = constraint.skip_validation !== true && constraint.is_enforced === true;
      next = [...next, { table: name, constraint: constraint.conname ?? '', columns, isChecked }];
    }
    if (command.subtype === 'AT_ValidateConstraint') {
      next = next.map((proof) => (isNamed(proof) ? { ...proof, isChecked: true } : proof));
    }
    if (command.subtype === 'AT_DropConstraint') next = next.filter((proof) => !isNamed(proof));
  }
  return next;
}

/** Whether a constraint that PostgreSQL has checked says it: SET NOT NULL then skips its scan. */
export function isProven(proofs: NotNullProofs, table: RangeVar | undefined, column: string): boolean {
  return proofs.some(
    (proof) => proof.isChecked && proof.table === written(table) && proof.columns.includes(column),
  );
}

/** The columns of `a IS NOT NULL AND b IS NOT NULL`. */
function presentColumns(expression: Node | undefined): readonly string[] {
  if (expression === undefined) return [];
  if ('BoolExpr' in expression && expression.BoolExpr.boolop === 'AND_EXPR') {
    return (expression.BoolExpr.args ?? []).flatMap(presentColumns);
  }
  if (!('NullTest' in expression) || expression.NullTest.nulltesttype !== 'IS_NOT_NULL') return [];
  const { arg } = expression.NullTest;
  if (arg === undefined || !('ColumnRef' in arg)) return [];
  const last = arg.ColumnRef.fields?.at(-1);
  return last !== undefined && 'String' in last ? [last.String.sval ?? ''] : [];
}
