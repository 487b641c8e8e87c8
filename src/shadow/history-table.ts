import pg from 'pg';
import type { MigrationSettings } from '../domain/migration.ts';

/** node-pg-migrate's own table, by its names in the catalog. */
export interface HistoryTable {
  readonly schema: string;
  readonly table: string;
}

/** The table that node-pg-migrate's CLI would use with these settings. */
export function historyTableOf(settings: MigrationSettings): HistoryTable {
  const name = settings.decamelize ? decamelize : (text: string) => text;
  return { schema: name(settings.schema), table: name(settings.table) };
}

/** The same where something else may have made and filled the table before. */
export function historyAnewSql(settings: MigrationSettings, migrations: readonly string[]): string {
  const { schema, table } = historyTableOf(settings);
  const emptied = `DELETE FROM ${pg.escapeIdentifier(schema)}.${pg.escapeIdentifier(table)};`;
  return `${historySql(settings, [])} ${emptied} ${historySql(settings, migrations)}`;
}

/** SQL that makes it and records `migrations`, as the CLI would have left it on a target. */
export function historySql(settings: MigrationSettings, migrations: readonly string[]): string {
  const { schema, table } = historyTableOf(settings);
  const quoted = `${pg.escapeIdentifier(schema)}.${pg.escapeIdentifier(table)}`;
  const create = `CREATE SCHEMA IF NOT EXISTS ${pg.escapeIdentifier(schema)};
    CREATE TABLE IF NOT EXISTS ${quoted}
      (id SERIAL PRIMARY KEY, name varchar(255) NOT NULL, run_on timestamp NOT NULL);`;
  if (migrations.length === 0) return create;
  const rows = migrations.map(
    (name, at) => `(${pg.escapeLiteral(name)}, now() + interval '${at} microseconds')`,
  );
  return `${create} INSERT INTO ${quoted} (name, run_on) VALUES ${rows.join(', ')};`;
}

// node-pg-migrate's `decamelize` option, letter for letter.
function decamelize(text: string): string {
  return text
    .replaceAll(/([\p{Ll}\d])(\p{Lu})/gu, '$1_$2')
    .replaceAll(/(\p{Lu})(\p{Lu}\p{Ll}+)/gu, '$1_$2')
    .toLowerCase();
}
