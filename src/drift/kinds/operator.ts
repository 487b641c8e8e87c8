import type { Kind } from '../kind.ts';
import type { SchemaObject } from '../schema-object.ts';
import { mentionsOf } from '../sql/mentions.ts';
import { inParentheses, splitAt, stretchOf, statementsIn, written, part, type Stretch } from '../sql/text.ts';
import { step } from '../step.ts';

/** Operators without partners: a partner may be one that is not there yet. */
export const operator: Kind = {
  make: (object) => {
    const sql = operatorSql(object);
    return sql === null ? null : [step('code', sql, { makes: handlesOf(object), needs: mentionsOf(sql) })];
  },
  drop: (object) => [
    step('dropCode', `DROP OPERATOR ${object.name}`, {
      drops: handlesOf(object),
      frees: mentionsOf(object.definition),
    }),
  ],
  change: () => null,
  handles: (object) => handlesOf(object),
  light: false,
  pinsColumns: false,
};

function handlesOf({ name }: SchemaObject): readonly string[] {
  return [name.slice(0, name.lastIndexOf('(')), `operator ${name}`];
}

/** Our catalog writes the operands after the name, where SQL has them among the options. */
function operatorSql({ name, definition }: SchemaObject): string | null {
  const [statement, ...others] = statementsIn(definition)?.statements ?? [];
  if (statement === undefined || others.length > 0 || !definition.startsWith(`CREATE OPERATOR ${name} (`))
    return null;
  const operands = operandsOf(name);
  const open = statement.tokens.findIndex(({ start }) => start === `CREATE OPERATOR ${name} `.length);
  const options = inParentheses(statement, open)?.inner;
  if (operands === null || options === undefined) return null;
  const list = splitAt(options, ',').map(written);
  if (list.some((option) => /^(?:COMMUTATOR|NEGATOR) /.test(option))) return null;
  return `CREATE OPERATOR ${name.slice(0, name.lastIndexOf('('))} (${[...list, ...operands].join(', ')})`;
}

function operandsOf(name: string): readonly string[] | null {
  const stretch: Stretch | null = stretchOf(name.slice(name.lastIndexOf('(')));
  const inner = stretch === null ? undefined : inParentheses(part(stretch, 0), 0)?.inner;
  const [left, right] = inner === undefined ? [] : splitAt(inner, ',').map(written);
  if (left === undefined || right === undefined) return null;
  return [left === 'NONE' ? null : `LEFTARG = ${left}`, `RIGHTARG = ${right}`].filter(
    (option) => option !== null,
  );
}
