import type pg from 'pg';
import { describedRelationsSql, type DescribedRow } from './read-catalog.ts';

/** Some relations after a transaction. */
export interface Look {
  /** OIDs of what was asked about, with the tables of indexes and sequences among them, and all indexes of those. */
  readonly oids: readonly string[];
  /** Those of them that are there. */
  readonly found: readonly DescribedRow[];
  /** How many rows of pg_class, and of pg_attribute, the transaction wrote that are of what was asked about. */
  readonly classes: number;
  readonly attributes: number;
}

interface Row extends Partial<DescribedRow> {
  readonly oids: readonly string[];
  readonly classes: number;
  readonly attributes: number;
}

const lookSql = `WITH owners AS (
    SELECT unnest($1::oid[]) AS oid
    UNION SELECT x.indrelid FROM pg_index x WHERE x.indexrelid = ANY ($1)
    UNION SELECT d.refobjid FROM pg_depend d
           WHERE d.classid = 'pg_class'::regclass AND d.objid = ANY ($1) AND d.objsubid = 0
             AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')),
  wanted AS MATERIALIZED (
    SELECT coalesce(array_agg(oid), '{}') AS oids FROM (
      SELECT oid FROM owners
      UNION SELECT x.indexrelid FROM pg_index x JOIN owners ON owners.oid = x.indrelid) AS all_of_them)
  SELECT asked.*, found.* FROM (
      SELECT oids::text[] AS oids,
             (SELECT count(*)::int FROM pg_class c WHERE c.oid = ANY ($1) AND ${isNew('c.xmin', '$2')}) AS classes,
             (SELECT count(*)::int FROM pg_attribute a WHERE a.attrelid = ANY ($1) AND ${isNew('a.xmin', '$2')}) AS attributes
        FROM wanted) AS asked
    LEFT JOIN (${describedRelationsSql('c.oid = ANY ((SELECT oids FROM wanted)::oid[])')}) AS found ON true`;

/** Looks at relations after a transaction; `client` went through `prepareReader`. */
export async function lookAt(client: pg.Client, oids: readonly string[], transaction: string): Promise<Look> {
  const { rows } = await client.query<Row>({
    name: 'tidegate-look',
    text: lookSql,
    values: [oids, transaction],
  });
  const [first] = rows;
  if (first === undefined) throw new Error('A look at relations was expected to have a row, and has none.');
  return {
    oids: first.oids,
    classes: first.classes,
    attributes: first.attributes,
    found: rows.filter(isThere),
  };
}

/** OIDs of the relations whose rows, or whose columns' rows, a transaction wrote. */
export async function newlyWritten(client: pg.Client, transaction: string): Promise<readonly string[]> {
  const { rows } = await client.query<{ oid: string }>({
    name: 'tidegate-unaccounted',
    text: `SELECT c.oid::text AS oid FROM pg_class c WHERE ${isNew('c.xmin', '$1')}
           UNION SELECT a.attrelid::text FROM pg_attribute a WHERE ${isNew('a.xmin', '$1')}`,
    values: [transaction],
  });
  return rows.map(({ oid }) => oid);
}

function isThere(row: Row): row is Row & DescribedRow {
  return typeof row.oid === 'string';
}

/** Whether a row was written in the transaction or later; its subtransactions have later numbers. */
function isNew(xmin: string, transaction: string): string {
  return `age(${xmin}) <= age(${transaction}::xid8::xid)`;
}
