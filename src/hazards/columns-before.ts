import { parse, type Node, type RangeVar, type TypeName } from 'libpg-query';
import type { SchemaChange } from '../domain/schema-diff.ts';
import type { StatementFacts } from './facts.ts';
import { keyOf, parseRelation } from './relations.ts';
import { addedColumn, tableCommands } from './tree.ts';

/** Columns by name. */
type Columns<T> = ReadonlyMap<string, T>;

/**
 * What is known of tables' columns while a plan's statements are gone through in order: of which type they are, and
 * which the plan itself has added. What is not known is not there.
 */
export class ColumnsBefore {
  readonly #types: Map<string, Map<string, TypeName>>;
  readonly #added = new Map<string, Set<string>>();

  private constructor(types: Map<string, Map<string, TypeName>>) {
    this.#types = types;
  }

  /** As they are before the plan, of the tables that it changes. */
  static async of(schemaDiff: readonly SchemaChange[]): Promise<ColumnsBefore> {
    const types = new Map<string, Map<string, TypeName>>();
    for (const { kind, name, before } of schemaDiff) {
      if (kind !== 'table' || before === null) continue;
      types.set(keyOf(parseRelation(name)), new Map(await columnsOf(before)));
    }
    return new ColumnsBefore(types);
  }

  typeOf(facts: StatementFacts, table: RangeVar, column: string): TypeName | null {
    const key = onlyKey(facts, table);
    return key === null ? null : (this.#types.get(key)?.get(column) ?? null);
  }

  /** Whether the plan added all of these, so that they held nothing before it. */
  areAdded(facts: StatementFacts, table: RangeVar | undefined, columns: readonly string[]): boolean {
    const key = onlyKey(facts, table);
    const added = key === null ? undefined : this.#added.get(key);
    return columns.length > 0 && columns.every((column) => added?.has(column) === true);
  }

  /** Goes on to the next statement: notes what this one does to columns. */
  pass(facts: StatementFacts): void {
    if (mayDoMore(facts.node)) {
      this.#types.clear();
      this.#added.clear();
    }
    for (const { table, command } of tableCommands(facts.node)) {
      const key = onlyKey(facts, table);
      if (key === null) continue;
      const column = addedColumn(command);
      if (column?.colname !== undefined && command.missing_ok !== true) {
        this.#added.set(key, new Set([...(this.#added.get(key) ?? []), column.colname]));
      }
      if (
        command.subtype === 'AT_AlterColumnType' &&
        command.def !== undefined &&
        'ColumnDef' in command.def
      ) {
        const { typeName } = command.def.ColumnDef;
        if (typeName !== undefined) this.#types.get(key)?.set(command.name ?? '', typeName);
      }
    }
  }
}

/** Null where it can be one of several. */
function onlyKey({ meant }: StatementFacts, table: RangeVar | undefined): string | null {
  const [only, ...more] = new Set(table === undefined ? [] : meant(table).map(keyOf));
  return only === undefined || more.length > 0 ? null : only;
}

/** Statements after which a name can be another thing's, or which do what nobody reads. */
const others = [
  'RenameStmt',
  'AlterObjectSchemaStmt',
  'VariableSetStmt',
  'SelectStmt',
  'DoStmt',
  'CallStmt',
] as const;

function mayDoMore(node: Node | null): boolean {
  return node === null || others.some((kind) => kind in node);
}

/** The columns of a CREATE TABLE; empty where it is not read. */
async function columnsOf(definition: string): Promise<Columns<TypeName>> {
  const { stmts = [] } = await parse(definition).catch(() => ({ stmts: [] }));
  const found = new Map<string, TypeName>();
  for (const { stmt } of stmts) {
    if (stmt === undefined || !('CreateStmt' in stmt)) continue;
    for (const element of stmt.CreateStmt.tableElts ?? []) {
      if (!('ColumnDef' in element)) continue;
      const { colname, typeName } = element.ColumnDef;
      if (colname !== undefined && typeName !== undefined) found.set(colname, typeName);
    }
  }
  return found;
}
