import { nameAt, stretchOf, reads } from '../sql/text.ts';

/** Of `name on table`, as our catalog names what belongs to one table; null where it is not that. */
export function onTable(name: string): { readonly own: string; readonly table: string } | null {
  const stretch = stretchOf(name);
  if (stretch === null || !reads(stretch, 1, 'on')) return null;
  const table = nameAt(stretch, 2);
  const own = stretch.tokens[0]?.text;
  return table === null || own === undefined || table.after !== stretch.tokens.length
    ? null
    : { own, table: table.name };
}
