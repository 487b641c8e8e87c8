/** Names of types that become another by themselves when they are assigned. */
const families: readonly (readonly string[])[] = [
  ['smallint', 'integer', 'bigint', 'numeric', 'real', 'double precision'],
  ['date', 'timestamp without time zone', 'timestamp with time zone'],
  ['time without time zone', 'time with time zone'],
  ['json', 'jsonb'],
  ['bit', 'bit varying'],
  ['inet', 'cidr'],
];

const texts = ['text', 'character varying', 'character', '"char"', 'name'];

/**
 * Whether ALTER COLUMN TYPE has to say how: where PostgreSQL has no cast for assignments. Where it has one, an explicit
 * cast would do more than is asked, and cut off what is too long.
 */
export function needsUsing(before: string, after: string): boolean {
  const [from, to] = [bare(before), bare(after)];
  if (from.name === to.name && from.array === to.array) return false;
  if (texts.includes(to.name) && !to.array) return false;
  return from.array !== to.array || !families.some((names) => names.includes(from.name) && names.includes(to.name));
}

function bare(type: string): { readonly name: string; readonly array: boolean } {
  const element = type.replace(/(?:\[\])+$/, '');
  return { name: element.replace(/\([\d,]*\)/, ''), array: element !== type };
}
