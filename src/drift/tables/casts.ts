import type { World } from '../world.ts';

/** Names of types that become another by themselves when they are assigned. */
const families: readonly (readonly string[])[] = [
  ['smallint', 'integer', 'bigint', 'numeric', 'real', 'double precision'],
  ['date', 'timestamp without time zone', 'timestamp with time zone'],
  ['time without time zone', 'time with time zone'],
  ['json', 'jsonb'],
  ['bit', 'bit varying'],
  ['inet', 'cidr'],
];

const texts = ['text', 'character varying', 'character'];

/**
 * How ALTER COLUMN TYPE gets from one type to another: by itself where PostgreSQL has a cast for assignments, since an
 * explicit one would do more than is asked and cut off what is too long; from text by `using`; null where no cast is
 * known.
 */
export function castBetween(before: string, after: string, world: World): 'by itself' | 'using' | null {
  const [from, to] = [bare(before, world), bare(after, world)];
  if (from.name === to.name && from.array === to.array) return 'by itself';
  if (texts.includes(to.name) && !to.array) return 'by itself';
  if (texts.includes(from.name) && (!from.array || to.array)) return 'using';
  const isNear = families.some((names) => names.includes(from.name) && names.includes(to.name));
  return isNear && from.array === to.array ? 'by itself' : null;
}

/** Without its length, and of a domain what it is of. */
function bare(type: string, world: World): { readonly name: string; readonly array: boolean } {
  const element = type.replace(/(?:\[\])+$/, '');
  const domain = (world.before.get(`domain ${element}`) ?? world.after.get(`domain ${element}`))?.definition;
  const base = domain
    ?.slice(`CREATE DOMAIN ${element} AS `.length)
    .match(/^[a-z ]+/)?.[0]
    .trim();
  return { name: base ?? element.replace(/\([\d,]*\)/, ''), array: element !== type };
}
