import type { Kind, Work } from '../kind.ts';
import type { SchemaObject } from '../schema-object.ts';
import { mentionsOf } from '../sql/mentions.ts';
import { statementsIn, written } from '../sql/text.ts';
import { step } from '../step.ts';
import type { World } from '../world.ts';

/** Casts: another way to cast is another one. */
export const cast: Kind = {
  make: (object, world) => {
    const found = castOf(object);
    if (isOfRange(object, world.after)) return [];
    return found === null
      ? null
      : [step('code', found.sql, { makes: [handleOf(object)], needs: mentionsOf(found.sql) })];
  },
  drop: (object, world) => {
    const found = castOf(object);
    if (isOfRange(object, world.before)) return [];
    if (found === null) return null;
    const sql = `DROP CAST ${found.types}`;
    return [step('letGo', sql, { drops: [handleOf(object)], frees: mentionsOf(found.sql) })];
  },
  change: (before, after): Work | 'anew' | null =>
    castOf(before) === null || castOf(after) === null ? null : 'anew',
  handles: (object) => [handleOf(object)],
  light: false,
  pinsColumns: false,
};

function handleOf({ name }: SchemaObject): string {
  return `cast ${name}`;
}

/** A range comes with a cast to its multirange. */
function isOfRange({ name, definition }: SchemaObject, objects: World['before']): boolean {
  const [source = '', target = ''] = name.slice(1, -1).split(' AS ');
  const range =
    objects.get(`type ${source}`)?.definition.startsWith(`CREATE TYPE ${source} AS RANGE `) ?? false;
  return range && definition === `CREATE CAST (${source} AS ${target}) WITH FUNCTION ${target}(${source});`;
}

function castOf({ definition }: SchemaObject): { sql: string; types: string } | null {
  const [statement, ...others] = statementsIn(definition)?.statements ?? [];
  if (statement === undefined || others.length > 0) return null;
  const sql = written(statement);
  const end = statement.tokens.find(({ text, depth }) => text === ')' && depth === 0)?.end;
  const start = 'CREATE CAST ';
  return sql.startsWith(`${start}(`) && end !== undefined
    ? { sql, types: definition.slice(start.length, end) }
    : null;
}
