import type { Kind } from '../kind.ts';
import type { SchemaObject } from '../schema-object.ts';
import { mentionsOf } from '../sql/mentions.ts';
import { written, statementsIn } from '../sql/text.ts';
import { step } from '../step.ts';

/** Extensions; what one brings is not in the catalog, so all that uses it comes later by its rank. */
export const extension: Kind = {
  make: (object) => {
    const found = extensionOf(object);
    if (found === null) return null;
    const needs = mentionsOf('', `schema ${found.schema}`);
    return [step('makeSpace', found.sql, { makes: [handleOf(object)], needs })];
  },
  drop: (object) => {
    const found = extensionOf(object);
    if (found === null) return null;
    const frees = mentionsOf('', `schema ${found.schema}`);
    return [step('dropSpace', `DROP EXTENSION ${object.name}`, { drops: [handleOf(object)], frees })];
  },
  change: (before, after) => {
    const [then, now] = [extensionOf(before), extensionOf(after)];
    if (then === null || then.schema !== now?.schema) return null;
    return { steps: [step('makeSpace', `ALTER EXTENSION ${after.name} UPDATE TO ${now.version}`, {})] };
  },
  handles: (object) => [handleOf(object)],
  light: false,
  pinsColumns: false,
};

function handleOf({ name }: SchemaObject): string {
  return `extension ${name}`;
}

function extensionOf({
  name,
  definition,
}: SchemaObject): { sql: string; schema: string; version: string } | null {
  const [statement, ...others] = statementsIn(definition)?.statements ?? [];
  if (statement === undefined || others.length > 0) return null;
  const [, , , , schema, , version] = statement.tokens.map(({ text }) => text);
  if (schema === undefined || version === undefined) return null;
  const sql = written(statement);
  return sql === `CREATE EXTENSION ${name} SCHEMA ${schema} VERSION ${version}`
    ? { sql, schema, version }
    : null;
}
