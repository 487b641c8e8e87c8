import type { RangeVar } from 'libpg-query';
import type { Lock } from '../domain/plan.ts';

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

// A session's temporary schema has a number in its name.
function sessionless(schema: string): string {
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

/**
 * Which relations a name in a statement can mean: the qualified one, or those of that name that the statement
 * was seen to lock, since only the server knows the search path; `public` where nothing was seen.
 */
export function meantBy(range: RangeVar, locks: readonly Lock[]): readonly RelationName[] {
  const name = range.relname ?? '';
  if (range.schemaname !== undefined) return [{ schema: sessionless(range.schemaname), name }];
  const seen = new Map(
    locks
      .map(({ relation }) => parseRelation(relation))
      .filter((relation) => relation.name === name)
      .map((relation) => [keyOf(relation), relation]),
  );
  return seen.size > 0 ? [...seen.values()] : [{ schema: 'public', name }];
}

/** Whether others would wait on it to write, or to read; a mode that is not known counts as the worst. */
export function isBlockingMode(mode: string): boolean {
  return blockingModes.has(mode) || !harmlessModes.has(mode);
}

/** A name as the statement writes it. */
export function written(range: RangeVar | undefined): string {
  const { schemaname, relname = '?' } = range ?? {};
  return schemaname === undefined ? relname : `${schemaname}.${relname}`;
}
