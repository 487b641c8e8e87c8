import { reads, stretchOf, type Stretch } from './text.ts';

/**
 * Writes `x = ANY ((ARRAY[…])::text[])`, as PostgreSQL shows an IN over varchar, so that it shows the same again: read
 * back as it stands, each element would get the cast, and the definition would differ for ever.
 */
export function settled(sql: string): string {
  const stretch = stretchOf(sql);
  if (stretch === null) return sql;
  let text = '';
  let from = 0;
  for (const at of stretch.tokens.keys()) {
    const cast = castArrayAt(stretch, at);
    if (cast === null) continue;
    text += `${sql.slice(from, cast.open)}${sql.slice(cast.open + 1, cast.close)}`;
    from = cast.end;
  }
  return text + sql.slice(from);
}

/** The parentheses around the array, and where its cast ends. */
function castArrayAt(stretch: Stretch, at: number): { open: number; close: number; end: number } | null {
  const isAny =
    reads(stretch, at, 'ANY', '(', '(', 'ARRAY', '[') || reads(stretch, at, 'ALL', '(', '(', 'ARRAY', '[');
  const open = stretch.tokens[at + 2];
  if (!isAny || open === undefined) return null;
  const closing = stretch.tokens.findIndex(({ text, depth }, index) => {
    return index > at + 2 && text === ')' && depth === open.depth;
  });
  const [close, end] = [stretch.tokens[closing], stretch.tokens[closing + 4]];
  if (close === undefined || end === undefined || !reads(stretch, closing + 1, '::', 'text', '[', ']', ')'))
    return null;
  const isOfVarchar = reads(stretch, closing - 4, '::', 'character', 'varying', ']');
  return isOfVarchar ? { open: open.start, close: close.start, end: end.end } : null;
}
