import type { Node, RangeVar } from 'libpg-query';
import { parse, scan } from 'libpg-query';
import { namesOfDropped, wholeSchemasOf } from './objects-named.ts';
import { sessionless } from './relations.ts';

/** What a piece of SQL does, by its text alone. */
export interface Commands {
  /**
   * In capital letters: each by its kind, as in `DROP TABLE`, also those within others, as in `WITH x AS (DELETE …)`;
   * and each by the words that it begins with, as in `REVOKE SELECT ON`.
   */
  readonly commands: readonly string[];
  /** `schema.table` of what it names, `public` where it names no schema. */
  readonly relations: readonly string[];
  /** Names of those that it names no schema of: which one is meant, the session's `search_path` decides. */
  readonly unqualified: readonly string[];
  /** Schemas that it takes whole, as `GRANT … ON ALL TABLES IN SCHEMA` and `DROP SCHEMA` do. */
  readonly wholeSchemas: readonly string[];
}

interface Found {
  readonly commands: Set<string>;
  readonly relations: Set<string>;
  readonly unqualified: Set<string>;
  readonly wholeSchemas: Set<string>;
}

/** Reads SQL for its commands and relations; null where PostgreSQL could not parse it. */
export async function commandsOf(sql: string): Promise<Commands | null> {
  const found: Found = {
    commands: new Set(),
    relations: new Set(),
    unqualified: new Set(),
    wholeSchemas: new Set(),
  };
  try {
    const { stmts = [] } = await parse(sql);
    collect(stmts, found);
    const text = Buffer.from(sql);
    for (const { stmt_location: from = 0, stmt_len: length } of stmts) {
      const to = length === undefined ? text.length : from + length;
      found.commands.add(await firstWords(text.subarray(from, to).toString()));
    }
  } catch {
    return null;
  }
  return {
    commands: [...found.commands],
    relations: [...found.relations],
    unqualified: [...found.unqualified],
    wholeSchemas: [...found.wholeSchemas],
  };
}

/** The keywords that a statement begins with, up to the first name or sign. */
async function firstWords(statement: string): Promise<string> {
  const { tokens } = await scan(statement);
  const spoken = tokens.filter(({ tokenName }) => !tokenName.endsWith('COMMENT'));
  const end = spoken.findIndex(({ keywordKind }) => keywordKind === 0);
  return spoken
    .slice(0, end === -1 ? spoken.length : end)
    .map(({ text }) => text.toUpperCase())
    .join(' ');
}

function collect(value: unknown, found: Found): void {
  const waiting: unknown[] = [value];
  while (waiting.length > 0) {
    const next = waiting.pop();
    if (typeof next !== 'object' || next === null) continue;
    for (const [key, held] of Object.entries(next)) {
      if (key.endsWith('Stmt') && key !== 'RawStmt') {
        found.commands.add(commandOf(key, held));
        for (const name of namesOfDropped(key, held)) addRelation(name, found);
        for (const schema of wholeSchemasOf(key, held)) found.wholeSchemas.add(schema);
      }
      if (key === 'RangeVar' || key === 'relation') addRelation(held, found);
      waiting.push(held);
    }
  }
}

/** The parser's own output: what stands under these names is a RangeVar, or a node that holds one. */
function addRelation(held: unknown, { relations, unqualified }: Found): void {
  const { relname, schemaname } = held as Partial<RangeVar>;
  if (typeof relname !== 'string') return;
  relations.add(`${sessionless(schemaname ?? 'public')}.${relname}`);
  if (schemaname === undefined || schemaname === '') unqualified.add(relname);
}

const names: Readonly<Record<string, string>> = {
  CreateStmt: 'CREATE TABLE',
  CreateTableAsStmt: 'CREATE TABLE AS',
  CreateSeqStmt: 'CREATE SEQUENCE',
  CreateFunctionStmt: 'CREATE FUNCTION',
  CreateTrigStmt: 'CREATE TRIGGER',
  CreateEnumStmt: 'CREATE TYPE',
  CompositeTypeStmt: 'CREATE TYPE',
  IndexStmt: 'CREATE INDEX',
  ViewStmt: 'CREATE VIEW',
  RuleStmt: 'CREATE RULE',
  RefreshMatViewStmt: 'REFRESH MATERIALIZED VIEW',
  VariableSetStmt: 'SET',
  RenameStmt: 'ALTER RENAME',
};

/** A parse node's name as the command it is: `AlterTableStmt` is `ALTER TABLE`. */
function commandOf(key: string, held: unknown): string {
  if (key === 'DropStmt') {
    const { removeType = '' } = held as Extract<Node, { DropStmt: unknown }>['DropStmt'];
    return `DROP ${removeType.replace('OBJECT_', '').replace('MATVIEW', 'MATERIALIZED VIEW').replaceAll('_', ' ')}`;
  }
  return (
    names[key] ??
    key
      .replace(/Stmt$/, '')
      .replace(/(?<=[a-z])(?=[A-Z])/g, ' ')
      .toUpperCase()
  );
}
