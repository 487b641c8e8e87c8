import pg from 'pg';
import type { TargetState } from '../../ports/target.ts';
import { makeHistoryTable, type HistoryTable } from './history-table.ts';

/** So many rows are named one by one; of more, people could not read or copy the list. */
const namedRows = 20;

/**
 * As `Targets.putBack`. With the numbers that the rows had, so that the ledger's rows stand for them again, and in the
 * zone in which they were written, whatever the session's own is.
 */
export function putBackSql(
  history: HistoryTable,
  { gone, table }: Pick<TargetState, 'gone' | 'table'>,
  names: readonly string[],
): string {
  const wanted = new Set(names);
  const [rows, others] = [true, false].map((isWanted) =>
    gone.flatMap(({ name, ledgerRow }) => (wanted.has(name) === isWanted ? [ledgerRow] : [])),
  );
  const zone = pg.escapeLiteral(table.timeZone);
  return [
    ...(table.isThere ? [] : [`${makeHistoryTable(history)};`]),
    `INSERT INTO ${history.sql} (id, name, run_on) SELECT history_id, name, applied_at AT TIME ZONE ${zone}`,
    `FROM tidegate.ledger WHERE ${idsIn(history, rows ?? [], others ?? [])};`,
    `SELECT setval(s, GREATEST(nextval(s), max(id))) FROM ${history.sql},`,
    `(SELECT pg_get_serial_sequence(${pg.escapeLiteral(history.sql)}, 'id')::regclass AS s) AS numbers GROUP BY s;`,
  ].join(' ');
}

function idsIn(history: HistoryTable, rows: readonly string[], others: readonly string[]): string {
  if (rows.length <= namedRows) return `id IN (${rows.join(', ')})`;
  const newest = `SELECT max(id) FROM tidegate.ledger WHERE history = ${pg.escapeLiteral(history.id)} GROUP BY name`;
  const standing = `name NOT IN (SELECT name FROM ${history.sql})`;
  const without = others.length === 0 ? '' : ` AND id NOT IN (${others.join(', ')})`;
  return `id IN (${newest}) AND ${standing}${without}`;
}
