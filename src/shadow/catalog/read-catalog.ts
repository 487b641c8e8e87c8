import type pg from 'pg';
import type { MigrationSettings } from '../../domain/migration.ts';
import { historyTableOf } from '../history-table.ts';
import { baseOwner } from '../names.ts';
import { keyed, type Catalog, type CatalogObject, type CatalogRelation } from './catalog.ts';
import { code } from './parts/code.ts';
import { common, commonOfSome } from './parts/common.ts';
import { operators } from './parts/operators.ts';
import { outside } from './parts/outside.ts';
import { otherPrivileges } from './parts/privileges.ts';
import { partsOfRelations, whereParts, type RelationPart } from './parts/of-relations.ts';
import { schemas } from './parts/relations.ts';
import { textSearch } from './parts/text-search.ts';
import { types } from './parts/types.ts';

const ofRelations = Object.values(partsOfRelations).join('\nUNION ALL\n');
const ofOthers = [
  ...schemas,
  ...code,
  ...types,
  ...operators,
  ...textSearch,
  ...outside,
  ...otherPrivileges,
].join('\nUNION ALL\n');

const objectsSql = `${common}
SELECT kind, name, definition, relation::text FROM (
${ofRelations}
) AS parts (kind, name, definition, relation)
UNION ALL
SELECT kind, name, definition, NULL FROM (
${ofOthers}
) AS others (kind, name, definition)`;

/** Planning this takes longer than running it: what no relation among them has is left out. */
function objectsOfSomeSql(parts: readonly RelationPart[]): string {
  return `${commonOfSome}
SELECT kind, name, definition, relation::text FROM (
${parts.map((part) => partsOfRelations[part]).join('\nUNION ALL\n')}
) AS parts (kind, name, definition, relation)`;
}

/** `more`: columns beyond those of `RelationRow`. */
function relationsWhere(condition: string, more = ''): string {
  return `SELECT c.oid::text AS oid, c.relkind AS kind, pg_relation_filenode(c.oid)::text AS file,
       quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS name,
       (SELECT json_object_agg(a.attnum, quote_ident(a.attname)) FROM pg_attribute a
         WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns${more}
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE n.nspname <> 'information_schema' AND n.nspname !~ '^pg_' AND ${condition}`;
}

const partsColumn = `, array_remove(ARRAY[${Object.entries(whereParts)
  .map(([part, condition]) => `CASE WHEN ${condition} THEN '${part}' END`)
  .join(', ')}], NULL) AS parts`;

/** Says of the relations of a condition what `DescribedRow` has. */
export function describedRelationsSql(condition: string): string {
  return relationsWhere(condition, partsColumn);
}

// Types of tables and their arrays come and go with the tables; composite ones are relations themselves. A type's
// row is written anew by every change of it, and so has another place.
const typesSql = `SELECT coalesce(md5(string_agg(t.oid || ' ' || t.ctid::text, ',' ORDER BY t.oid)), '') ||
       (SELECT '/' || count(*) FROM pg_constraint co WHERE co.contypid > 0) AS mark
  FROM pg_type t WHERE t.oid >= 16384 AND t.typtype <> 'c' AND t.typcategory <> 'A'`;

const systemSql = `SELECT oid::text AS oid, relname AS name FROM pg_class
  WHERE relnamespace = 'pg_catalog'::regnamespace AND relkind = 'r'`;

/** All that `readCatalog` asks: what is read by another text may look different. */
export const catalogSql = [objectsSql, relationsWhere('true'), systemSql, typesSql].join('\n');

interface RelationRow {
  readonly oid: string;
  readonly kind: string;
  readonly file: string | null;
  readonly name: string;
  readonly columns: Readonly<Record<string, string>> | null;
}

export interface DescribedRow extends RelationRow {
  readonly parts: readonly RelationPart[];
}

interface ObjectRow extends CatalogObject {
  readonly relation: string | null;
}

/**
 * Makes a session ready to read catalogs. It should be one of its own that ran no migration, with another role
 * than theirs: this pins its search_path, but cannot undo what a migration did to its own session.
 */
export async function prepareReader(client: pg.Client): Promise<void> {
  await client.query(
    Object.entries(readerSettings)
      .map(([name, value]) => `SET ${name} TO ${value}`)
      .join('; '),
  );
}

// The queries are long: planning them takes longer than running them, so one plan serves the whole session.
const readerSettings = { search_path: 'pg_catalog', plan_cache_mode: 'force_generic_plan', jit: 'off' };

/** What does the same as `prepareReader` where a session is opened with it. */
export const readerOptions = Object.entries(readerSettings)
  .map(([name, value]) => `-c ${name}=${value}`)
  .join(' ');

/** Reads the whole schema. `client` went through `prepareReader`. */
export async function readCatalog(client: pg.Client, settings: MigrationSettings): Promise<Catalog> {
  const values = historyValues(settings);
  const objects = await client.query<ObjectRow>({ name: 'tidegate-catalog', text: objectsSql, values });
  const found = await client.query<RelationRow>(relationsWhere('true'));
  const system = await client.query<{ oid: string; name: string }>(systemSql);
  return {
    relations: relationsOf(found.rows, objects.rows),
    others: new Map(objects.rows.filter(({ relation }) => relation === null).map((row) => keyed(plain(row)))),
    system: new Map(system.rows.map(({ oid, name }) => [oid, name])),
    typesMark: await readTypesMark(client),
  };
}

/** Asks a database one question that only reads; names are looked up in pg_catalog. */
export type Ask = <Row extends object>(sql: string, values: readonly unknown[]) => Promise<readonly Row[]>;

/**
 * Reads the schema of a database that is no shadow, to be compared with one: `owners` are the roles that own what
 * migrations make there. It cannot be followed.
 */
export async function readCatalogOf(
  ask: Ask,
  settings: MigrationSettings,
  owners: readonly string[],
): Promise<Catalog> {
  const objects = await ask<ObjectRow>(objectsSql, historyValues(settings, owners));
  const found = await ask<RelationRow>(relationsWhere('true'), []);
  return {
    relations: relationsOf(found, objects),
    others: new Map(objects.filter(({ relation }) => relation === null).map((row) => keyed(plain(row)))),
    system: new Map(),
    typesMark: '',
  };
}

/** The relations of some rows, with what they have; `oids` may hold others as well. */
export async function readRelations(
  client: pg.Client,
  settings: MigrationSettings,
  oids: readonly string[],
  rows: readonly DescribedRow[],
): Promise<ReadonlyMap<string, CatalogRelation>> {
  const has = new Set(rows.flatMap(({ parts }) => parts));
  return relationsOf(rows, await readParts(client, settings, oids, [...has]));
}

/** What the relations among `oids` consist of, as far as it is one of `parts`. */
export async function readParts(
  client: pg.Client,
  settings: MigrationSettings,
  oids: readonly string[],
  parts: readonly RelationPart[],
): Promise<readonly ObjectRow[]> {
  if (parts.length === 0) return [];
  const sorted = parts.toSorted();
  const { rows } = await client.query<ObjectRow>({
    name: `tidegate-${sorted.join('-')}`,
    text: objectsOfSomeSql(sorted),
    values: [...historyValues(settings), oids],
  });
  return rows;
}

export async function readTypesMark(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ mark: string }>({ name: 'tidegate-types', text: typesSql });
  return rows[0]?.mark ?? '';
}

function historyValues(
  settings: MigrationSettings,
  owners: readonly string[] = [baseOwner],
): readonly (string | readonly string[])[] {
  const { schema, table } = historyTableOf(settings);
  return [schema, table, owners];
}

function relationsOf(
  found: readonly RelationRow[],
  objects: readonly ObjectRow[],
): ReadonlyMap<string, CatalogRelation> {
  const parts = Map.groupBy(objects, ({ relation }) => relation);
  return new Map(
    found.map(({ oid, name, kind, file, columns }) => [
      oid,
      {
        name,
        kind,
        file,
        columns: new Map(Object.entries(columns ?? {}).map(([number, column]) => [Number(number), column])),
        objects: (parts.get(oid) ?? []).map(plain),
      },
    ]),
  );
}

function plain({ kind, name, definition }: ObjectRow): CatalogObject {
  return { kind, name, definition };
}
