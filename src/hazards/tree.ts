import type { AlterTableCmd, ColumnDef, Constraint, ConstrType, Node, RangeVar } from 'libpg-query';

/** One command of an ALTER TABLE, with the table. */
export interface TableCommand {
  readonly table: RangeVar;
  readonly command: AlterTableCmd;
}

/** The commands of an ALTER TABLE (or VIEW, INDEX, SEQUENCE); empty for any other statement. */
export function tableCommands(node: Node | null): readonly TableCommand[] {
  if (node === null || !('AlterTableStmt' in node)) return [];
  const table = node.AlterTableStmt.relation ?? {};
  return (node.AlterTableStmt.cmds ?? []).flatMap((command) =>
    'AlterTableCmd' in command ? [{ table, command: command.AlterTableCmd }] : [],
  );
}

/** The constraint that the command adds to the table; null where it adds none. */
export function addedConstraint({ subtype, def }: AlterTableCmd): Constraint | null {
  if (subtype !== 'AT_AddConstraint' || def === undefined) return null;
  return 'Constraint' in def ? def.Constraint : null;
}

/** The column that the command adds; null where it adds none. */
export function addedColumn({ subtype, def }: AlterTableCmd): ColumnDef | null {
  if (subtype !== 'AT_AddColumn' || def === undefined) return null;
  return 'ColumnDef' in def ? def.ColumnDef : null;
}

/** The column's constraint of that kind, where it has one: a default and an identity are constraints too. */
export function columnConstraint(column: ColumnDef, ...kinds: readonly ConstrType[]): Constraint | null {
  for (const node of column.constraints ?? []) {
    if (!('Constraint' in node)) continue;
    const { contype } = node.Constraint;
    if (contype !== undefined && kinds.includes(contype)) return node.Constraint;
  }
  return null;
}

/** Whether the column's type is one of the serials, which are an integer with a default. */
export function isSerial({ typeName }: ColumnDef): boolean {
  const last = typeName?.names?.at(-1);
  const name = last !== undefined && 'String' in last ? (last.String.sval ?? '') : '';
  return /^(?:(?:small|big)?serial|serial[248])$/i.test(name);
}

/** Whether a statement has that option switched on: `VACUUM (FULL)`, `REINDEX (CONCURRENTLY)`. */
export function hasOption(options: readonly Node[] | undefined, name: string): boolean {
  return (options ?? []).some((option) => {
    if (!('DefElem' in option) || option.DefElem.defname !== name) return false;
    const { arg } = option.DefElem;
    if (arg === undefined) return true;
    const text =
      'String' in arg ? (arg.String.sval ?? '') : 'Integer' in arg ? String(arg.Integer.ival ?? 0) : 'on';
    return !['off', 'false', 'no', '0'].includes(text.toLowerCase());
  });
}

/** Whether a WHERE is missing, or is TRUE. */
export function restrictsNothing(where: Node | undefined): boolean {
  if (where === undefined) return true;
  return 'A_Const' in where && where.A_Const.boolval?.boolval === true;
}

type Of<Kind extends string> = Extract<Node, Readonly<Record<Kind, unknown>>>[Kind &
  keyof Extract<Node, Readonly<Record<Kind, unknown>>>];

/** All nodes of one kind, anywhere at or below `value`, in no order. */
export function nodesOf<Kind extends 'DeleteStmt' | 'FuncCall' | 'InsertStmt' | 'MergeStmt' | 'UpdateStmt'>(
  value: unknown,
  kind: Kind,
): readonly Of<Kind>[] {
  const found: Of<Kind>[] = [];
  const waiting: unknown[] = [value];
  while (waiting.length > 0) {
    const next = waiting.pop();
    if (typeof next !== 'object' || next === null) continue;
    for (const [key, held] of Object.entries(next)) {
      // The parser's own output: what stands under a kind's name is of that kind.
      if (key === kind) found.push(held as Of<Kind>);
      waiting.push(held);
    }
  }
  return found;
}
