import { columnHandle, mentionsOf } from '../sql/mentions.ts';
import { step, type Step } from '../step.ts';
import type { Column } from './column.ts';
import { foreignOptionsFrom, optionList } from './options.ts';

/** A column as CREATE TABLE and ADD COLUMN take it on every version; null where its options are not understood. */
export function columnSql(column: Column): string | null {
  if (foreignOptionsFrom(column.foreignOptions) === null) return null;
  const foreign = column.foreignOptions === '' ? '' : ` ${column.foreignOptions}`;
  return [
    `${column.name} ${column.type}${foreign}`,
    column.compression === '' ? '' : `COMPRESSION ${column.compression}`,
    column.collation === '' ? '' : `COLLATE ${column.collation}`,
    column.default === '' ? '' : `DEFAULT ${column.default}`,
    column.generated === '' ? '' : `GENERATED ALWAYS AS ${column.generated}`,
    column.identity,
    column.notNull ? 'NOT NULL' : '',
  ]
    .filter((clause) => clause !== '')
    .join(' ');
}

/** What ALTER COLUMN says of a new column, and CREATE TABLE cannot on every version. */
export function addColumnSettings(table: string, column: Column): readonly Step[] | null {
  const options = optionList(column.options);
  if (options === null) return null;
  return [
    column.storage === '' ? '' : `SET STORAGE ${column.storage}`,
    options.length === 0 ? '' : `SET (${options.join(', ')})`,
    column.statistics === '' ? '' : `SET STATISTICS ${column.statistics}`,
  ]
    .filter((what) => what !== '')
    .map((what) => alterColumn(table, column.name, what));
}

/** Of the table alone, without those below it. */
function alterColumn(table: string, column: string, what: string): Step {
  return step('change', `ALTER TABLE ONLY ${table} ALTER COLUMN ${column} ${what}`, {
    makes: [`${table}#parts`],
    needs: mentionsOf('', table, columnHandle(table, column)),
  });
}
