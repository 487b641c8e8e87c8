import type pg from 'pg';
import type { HistoryTable } from './history-table.ts';

/**
 * Numbers over every row of history and ledger, summed up where the rows are: as long as they stay the same, so does
 * what was read. Of the history they cover what each row says (id, name, run_on); of the ledger, whose rows hold
 * whole migrations, the transaction that wrote each row last, whatever it changed. Null where a table is missing, or
 * its rows may not be looked at so.
 */
export async function readFingerprint(client: pg.Client, history: HistoryTable): Promise<string | null> {
  const { rows } = await client.query<{ history: boolean; ledger: boolean }>(
    `SELECT EXISTS (${selectable}) AS history,
            EXISTS (${selectable.replace('$1', '$3').replace('$2', '$4')}) AS ledger`,
    [history.schema, history.table, 'tidegate', 'ledger'],
  );
  const [may] = rows;
  if (may?.history !== true || !may.ledger) return null;
  const { rows: found } = await client.query<{ fingerprint: string }>(
    `SELECT concat_ws('/', current_setting('TimeZone'), h.fingerprint, l.fingerprint) AS fingerprint
       FROM (${sumOf(rowHash, history.sql)}) h,
            (${sumOf(writerHash, 'tidegate.ledger')}
              WHERE history = $1) l`,
    [history.id],
  );
  return found[0]?.fingerprint ?? null;
}

/**
 * The hash of one value begins with that of the one before: hashes that were only added up would be the same for two
 * rows that swapped a value. Each takes a third of the time that the hash of a record takes.
 */
const rowHash = 'timestamp_hash_extended(run_on::timestamp, hashtextextended(name::text, id))';

/**
 * There is no sum over transactions, but over ages (PostgreSQL docs, "Transaction ID and Snapshot Information
 * Functions"): how much older the first transaction of all is than a row's stays the same, as long as the row does.
 */
const writerHash = `hashint8extended(id, age('3'::xid)::bigint - age(xmin))`;

/** Of a view there is no telling what a row of it is made of. */
const selectable = `SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = $1 AND c.relname = $2 AND c.relkind IN ('r', 'p')
    AND pg_catalog.has_table_privilege(c.oid, 'SELECT')`;

/** A sum, so that nothing has to be sorted for it. */
function sumOf(hash: string, table: string): string {
  return `SELECT concat_ws('/', count(*), sum(${hash})) AS fingerprint FROM ${table}`;
}
