import { parse } from 'libpg-query';
import pg from 'pg';
import { z } from 'zod';

/** What a statement outside a transaction does to indexes, as far as it matters for going on after a failure. */
export type IndexWork =
  | {
      readonly kind: 'create';
      readonly schema: string | null;
      readonly table: string;
      readonly index: string | null;
    }
  | { readonly kind: 'drop' }
  | { readonly kind: 'other' };

const rangeVariable = z.object({ schemaname: z.string().optional(), relname: z.string() });
const indexStatement = z.object({
  IndexStmt: z.object({
    idxname: z.string().optional(),
    relation: rangeVariable,
    concurrent: z.literal(true),
  }),
});
const dropStatement = z.object({
  DropStmt: z.object({ removeType: z.literal('OBJECT_INDEX'), concurrent: z.literal(true) }),
});

/** Reads it from PostgreSQL's own parse tree. */
export async function indexWorkOf(sql: string): Promise<IndexWork> {
  const tree: unknown = (await parse(sql)).stmts?.[0]?.stmt;
  const created = indexStatement.safeParse(tree);
  if (created.success) {
    const { relation, idxname } = created.data.IndexStmt;
    return {
      kind: 'create',
      schema: relation.schemaname ?? null,
      table: relation.relname,
      index: idxname ?? null,
    };
  }
  return dropStatement.safeParse(tree).success ? { kind: 'drop' } : { kind: 'other' };
}

/** An index build as the journal keeps it: whatever invalid index appears on the table after this is its leftover. */
export const indexBuild = z.object({
  relation: z.number(),
  index: z.string().nullable(),
  before: z.array(z.number()),
});
export type IndexBuild = z.infer<typeof indexBuild>;

/** The table's indexes just before the build; null where the statement builds none, or the table is not there. */
export async function startOfBuild(client: pg.Client, work: IndexWork): Promise<IndexBuild | null> {
  if (work.kind !== 'create') return null;
  const name = [work.schema, work.table]
    .filter((part) => part !== null)
    .map((part) => pg.escapeIdentifier(part));
  const { rows } = await client.query<{ relation: string | null; before: string[] }>(
    `SELECT pg_catalog.to_regclass($1)::oid::text AS relation,
            ARRAY(SELECT indexrelid::text FROM pg_catalog.pg_index WHERE indrelid = pg_catalog.to_regclass($1)) AS before`,
    [name.join('.')],
  );
  const [found] = rows;
  const relation = found?.relation ?? null;
  if (found === undefined || relation === null) return null;
  return { relation: Number(relation), index: work.index, before: found.before.map(Number) };
}

/** An index that appeared on the table since the build began. */
export interface BuiltIndex {
  /** Quoted and qualified. */
  readonly name: string;
  readonly valid: boolean;
}

/** Indexes of the build's name (any name where it gave none) that were not there before it. */
export async function builtSince(client: pg.Client, build: IndexBuild): Promise<readonly BuiltIndex[]> {
  const { rows } = await client.query<{ name: string; valid: boolean }>(
    `SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) AS name, i.indisvalid AS valid
       FROM pg_catalog.pg_index i
       JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
       JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE i.indrelid = $1::oid AND NOT i.indexrelid = ANY($2::oid[]) AND ($3::name IS NULL OR c.relname = $3::name)`,
    [build.relation, build.before, build.index],
  );
  return rows;
}
