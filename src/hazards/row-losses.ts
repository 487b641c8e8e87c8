import type { Node, RangeVar } from 'libpg-query';
import type { PlanStep } from '../domain/plan.ts';
import type { SchemaChange } from '../domain/schema-diff.ts';
import { ColumnsBefore } from './columns-before.ts';
import { lookAtStatements, type StatementFacts } from './facts.ts';
import { isKeptBy, typeWords } from './kept-by-type.ts';
import { printed, written } from './relations.ts';
import { code } from './rule.ts';
import { nodesOf, restrictsNothing, tableCommands } from './tree.ts';

/** What statements take from rows that are there before the plan. */
export interface RowLosses {
  /** One sentence each; what a hazard says already is not among them. */
  readonly sentences: readonly string[];
  /** Qualified and quoted: whose rows are reached, and no more than those that they have. */
  readonly tables: readonly string[];
}

interface Loss {
  readonly table: RangeVar | undefined;
  /** Null where a hazard says it. */
  readonly sentence: string | null;
}

/**
 * The statements of a plan that take rows away, write over what stands in them, or give a column a type that may not
 * hold it. What blocks, functions and triggers do, and foreign keys along with a row, is not among it.
 */
export async function rowLosses(
  steps: readonly PlanStep[],
  schemaDiff: readonly SchemaChange[],
): Promise<RowLosses> {
  const sentences = new Set<string>();
  const tables = new Set<string>();
  const columns = await ColumnsBefore.of(schemaDiff);
  await lookAtStatements(steps, (_, facts) => {
    for (const { table, sentence } of lossesOf(facts, columns)) {
      if (facts.isNew(table)) continue;
      if (sentence !== null) sentences.add(sentence);
      if (table !== undefined) for (const name of facts.meant(table)) tables.add(printed(name));
    }
    columns.pass(facts);
  });
  return { sentences: [...sentences], tables: [...tables] };
}

function lossesOf(facts: StatementFacts, columns: ColumnsBefore): readonly Loss[] {
  const { node } = facts;
  // What stands in one of these is not run by it.
  if (node === null || 'CreateFunctionStmt' in node || 'RuleStmt' in node) return [];
  return [
    ...truncated(node),
    ...deleted(node),
    ...nodesOf(node, 'UpdateStmt').flatMap(({ relation, targetList, whereClause }) => {
      const rows = restrictsNothing(whereClause) ? 'in every row' : 'in those rows that its WHERE names';
      return writtenOver('UPDATE', relation, targetList, rows, facts, columns);
    }),
    ...nodesOf(node, 'InsertStmt').flatMap(({ relation, onConflictClause }) =>
      onConflictClause?.action === 'ONCONFLICT_UPDATE'
        ? writtenOver(
            'INSERT … ON CONFLICT DO UPDATE',
            relation,
            onConflictClause.targetList,
            'in rows that are there already',
            facts,
            columns,
          )
        : [],
    ),
    ...merged(facts, columns),
    ...changedTypes(facts, columns),
  ];
}

function truncated(node: Node): readonly Loss[] {
  if (!('TruncateStmt' in node)) return [];
  return (node.TruncateStmt.relations ?? []).flatMap((relation) =>
    'RangeVar' in relation ? [{ table: relation.RangeVar, sentence: null }] : [],
  );
}

function deleted(node: Node): readonly Loss[] {
  return nodesOf(node, 'DeleteStmt').map(({ relation, whereClause }) => ({
    table: relation,
    sentence: restrictsNothing(whereClause)
      ? null
      : `DELETE takes those rows of ${code(written(relation))} away for good that its WHERE names, and with them what refers to them by ON DELETE CASCADE.`,
  }));
}

function merged(facts: StatementFacts, columns: ColumnsBefore): readonly Loss[] {
  return nodesOf(facts.node, 'MergeStmt').flatMap(({ relation, mergeWhenClauses = [] }) =>
    mergeWhenClauses.flatMap((clause): readonly Loss[] => {
      if (!('MergeWhenClause' in clause)) return [];
      const { commandType, targetList } = clause.MergeWhenClause;
      if (commandType === 'CMD_DELETE') {
        const sentence = `MERGE takes those rows of ${code(written(relation))} away for good that it matches for that.`;
        return [{ table: relation, sentence }];
      }
      if (commandType !== 'CMD_UPDATE') return [];
      return writtenOver('MERGE', relation, targetList, 'in rows that it matches', facts, columns);
    }),
  );
}

/** What the plan itself has put there is nobody's loss: a down that brings a column back fills it. */
function writtenOver(
  command: string,
  table: RangeVar | undefined,
  targets: readonly Node[] | undefined,
  rows: string,
  facts: StatementFacts,
  columns: ColumnsBefore,
): readonly Loss[] {
  const names = (targets ?? []).flatMap((one) =>
    'ResTarget' in one && one.ResTarget.name !== undefined ? [one.ResTarget.name] : [],
  );
  if (columns.areAdded(facts, table, names)) return [];
  const where = `${rows} of ${code(written(table))}`;
  const sentence = `${command} writes over ${[...new Set(names)].map(code).join(', ')} ${where}: what stood there is gone.`;
  return [{ table, sentence }];
}

function changedTypes(facts: StatementFacts, columns: ColumnsBefore): readonly Loss[] {
  const { node } = facts;
  if (node === null || !('AlterTableStmt' in node)) return [];
  const { objtype } = node.AlterTableStmt;
  // A foreign table's rows stand elsewhere, as they are.
  if (objtype === 'OBJECT_FOREIGN_TABLE') return [];
  return tableCommands(node).flatMap(({ table, command: { subtype, name = '?', def } }): readonly Loss[] => {
    if (subtype !== 'AT_AlterColumnType' || def === undefined || !('ColumnDef' in def)) return [];
    const { typeName: to, raw_default: using } = def.ColumnDef;
    if (to === undefined || columns.areAdded(facts, table, [name])) return [];
    const from = columns.typeOf(facts, table, name);
    const isPlain = using === undefined || isColumnItself(using, name, typeWords(to));
    if (isPlain && from !== null && isKeptBy(from, to)) return [];
    const was = from === null ? '' : ` from ${code(typeWords(from))}`;
    const what = isPlain
      ? 'a value that does not fit is cut short, or stops all of it.'
      : 'what its USING does not keep is gone.';
    const sentence = `Changing ${code(`${written(table)}.${name}`)}${was} to ${code(typeWords(to))}: ${what}`;
    return [{ table: objtype === 'OBJECT_TABLE' ? table : undefined, sentence }];
  });
}

/** `c`, or `c::type` where that is the type that the column becomes. */
function isColumnItself(using: Node, column: string, type: string): boolean {
  if ('TypeCast' in using) {
    const { arg, typeName } = using.TypeCast;
    const isSame = typeName !== undefined && typeWords(typeName) === type;
    return isSame && arg !== undefined && isColumn(arg, column);
  }
  return isColumn(using, column);
}

function isColumn(node: Node, column: string): boolean {
  if (!('ColumnRef' in node)) return false;
  const [only, ...more] = node.ColumnRef.fields ?? [];
  return more.length === 0 && only !== undefined && 'String' in only && only.String.sval === column;
}
