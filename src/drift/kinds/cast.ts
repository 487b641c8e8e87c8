import type { Kind, SchemaObject, Work } from '../kind.ts';
import { mentionsOf } from '../sql/mentions.ts';
import { statementsIn, written } from '../sql/text.ts';
import { step } from '../step.ts';

/** Casts: another way to cast is another one. */
export const cast: Kind = {
  make: (object) => {
    const found = castOf(object);
    return found === null ? null : [step('code', found.sql, { makes: [handleOf(object)], needs: mentionsOf(found.sql) })];
  },
  drop: (object) => {
    const found = castOf(object);
    if (found === null) return null;
    const sql = `DROP CAST ${found.types}`;
    return [step('letGo', sql, { drops: [handleOf(object)], frees: mentionsOf(found.sql) })];
  },
  change: (before, after): Work | 'anew' | null => (castOf(before) === null || castOf(after) === null ? null : 'anew'),
  handles: (object) => [handleOf(object)],
  light: false,
  pinsColumns: false,
};

function handleOf({ name }: SchemaObject): string {
  return `cast ${name}`;
}

function castOf({ definition }: SchemaObject): { sql: string; types: string } | null {
  const [statement, ...others] = statementsIn(definition)?.statements ?? [];
  if (statement === undefined || others.length > 0) return null;
  const sql = written(statement);
  const end = statement.tokens.find(({ text, depth }) => text === ')' && depth === 0)?.end;
  const start = 'CREATE CAST ';
  return sql.startsWith(`${start}(`) && end !== undefined ? { sql, types: definition.slice(start.length, end) } : null;
}
