import type { RangeVar } from 'libpg-query';

/** A relation by schema and name, without quotes. */
export interface RelationName {
  readonly schema: string;
  readonly name: string;
}

const part = /"(?:[^"]|"")*"|[^".]+/g;
const blockingModes = new Set(['ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock']);
const harmlessModes = new Set([
  'AccessShareLock',
  'RowShareLock',
  'RowExclusiveLock',
  'ShareUpdateExclusiveLock',
]);
const systemSchemas = new Set(['pg_catalog', 'pg_toast', 'information_schema']);

/** Reads a name as PostgreSQL prints it: `public.orders`, `"Odd".orders`. */
export function parseRelation(printed: string): RelationName {
  const parts = (printed.match(part) ?? []).map(unquoted);
  const name = parts.at(-1) ?? printed;
  return { schema: sessionless(parts.at(-2) ?? 'public'), name };
}

function unquoted(word: string): string {
  return word.startsWith('"') ? word.slice(1, -1).replaceAll('""', '"') : word;
}

/** A session's temporary schema has a number in its name, which is left out. */
export function sessionless(schema: string): string {
  return /^pg_temp(_\d+)?$/.test(schema) ? 'pg_temp' : schema;
}

/** A text that is equal for equal relations. */
export function keyOf({ schema, name }: RelationName): string {
  return JSON.stringify([schema, name]);
}

/** Stands for every relation of a schema. */
export function wholeSchema(schema: string): RelationName {
  return { schema: sessionless(schema), name: '' };
}

/** Whether the relation is PostgreSQL's own. */
export function isSystemRelation({ schema }: RelationName): boolean {
  return systemSchemas.has(schema);
}

/** Whether others would wait on it to write, or to read; a mode that is not known counts as the worst. */
export function isBlockingMode(mode: string): boolean {
  return blockingModes.has(mode) || !harmlessModes.has(mode);
}

/** The relation by a name that PostgreSQL reads as just that. */
export function printed({ schema, name }: RelationName): string {
  return [schema, name]
    .map((part) => (/^[a-z_][a-z0-9_]*$/.test(part) ? part : `"${part.replaceAll('"', '""')}"`))
    .join('.');
}

/** A name as the statement writes it. */
export function written(range: RangeVar | undefined): string {
  const { schemaname, relname = '?' } = range ?? {};
  return schemaname === undefined ? relname : `${schemaname}.${relname}`;
}
