import type pg from 'pg';
import type { MigrationSettings } from '../../domain/migration.ts';
import { historyTableOf } from '../history-table.ts';
import { baseOwner } from '../names.ts';
import { code } from './parts/code.ts';
import { common } from './parts/common.ts';
import { operators } from './parts/operators.ts';
import { outside } from './parts/outside.ts';
import { privileges } from './parts/privileges.ts';
import { relations } from './parts/relations.ts';
import { tables } from './parts/tables.ts';
import { textSearch } from './parts/text-search.ts';
import { types } from './parts/types.ts';

/** One object of the catalog as DDL. */
export interface CatalogObject {
  readonly kind: string;
  /** Qualified and quoted as PostgreSQL does. */
  readonly name: string;
  readonly definition: string;
}

/** A column that holds data, by what it is and not by its name. */
interface StoredColumn {
  readonly relation: string;
  readonly table: string;
  readonly column: string;
}

/** A database's schema at one moment, without what is PostgreSQL's, an extension's, or Tidegate's. */
export interface CatalogSnapshot {
  /** By kind and name. */
  readonly objects: ReadonlyMap<string, CatalogObject>;
  /** By OID of the table and number of the column. */
  readonly columns: ReadonlyMap<string, StoredColumn>;
}

const objectsSql = `${common}
SELECT kind, name, definition FROM (
${[...relations, ...tables, ...code, ...types, ...operators, ...textSearch, ...outside, ...privileges].join('\nUNION ALL\n')}
) AS everything (kind, name, definition)`;

const columnsSql = `SELECT c.oid::text AS relation, a.attnum,
    quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS "table", quote_ident(a.attname) AS "column"
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
 WHERE c.relkind = 'r' AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'tidegate')`;

/**
 * Reads the schema from the catalog. The client should be a session of its own that ran no migration, with
 * another role than theirs: this pins its search_path, but cannot undo what a migration did to its own session.
 */
export async function snapshotCatalog(
  client: pg.Client,
  settings: MigrationSettings,
): Promise<CatalogSnapshot> {
  // The query is long: planning it takes longer than running it, so one plan serves the whole session.
  await client.query(
    'SET search_path TO pg_catalog; SET plan_cache_mode TO force_generic_plan; SET jit TO off',
  );
  const { schema, table } = historyTableOf(settings);
  const objects = await client.query<CatalogObject>({
    name: 'tidegate-catalog',
    text: objectsSql,
    values: [schema, table, baseOwner],
  });
  const columns = await client.query<StoredColumn & { attnum: number }>(columnsSql);
  return {
    objects: new Map(objects.rows.map((object) => [`${object.kind} ${object.name}`, object])),
    columns: new Map(columns.rows.map(({ attnum, ...column }) => [`${column.relation}.${attnum}`, column])),
  };
}

/** Tables and columns with storage that were there before and are not after: a dropped table is named as one. */
export function columnsLost(before: CatalogSnapshot, after: CatalogSnapshot): readonly string[] {
  const remaining = new Set([...after.columns.values()].map(({ relation }) => relation));
  const lost = [...before.columns]
    .filter(([key]) => !after.columns.has(key))
    .map(([, { relation, table, column }]) =>
      remaining.has(relation) ? `column ${table}.${column}` : `table ${table}`,
    );
  return [...new Set(lost)];
}
