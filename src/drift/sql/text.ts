import { tokensOf, type Token } from './tokens.ts';

/** A stretch of a definition: its own tokens, over the whole text. */
export interface Stretch {
  readonly sql: string;
  readonly tokens: readonly Token[];
}

/** A definition as a stretch; null where it is not SQL. */
export function stretchOf(sql: string): Stretch | null {
  const tokens = tokensOf(sql);
  return tokens === null ? null : { sql, tokens };
}

/** The stretch as it is written; empty where it has no tokens. */
export function written({ sql, tokens }: Stretch): string {
  const [first, last] = [tokens[0], tokens.at(-1)];
  return first === undefined || last === undefined ? '' : sql.slice(first.start, last.end);
}

export function part(stretch: Stretch, from: number, to?: number): Stretch {
  return { sql: stretch.sql, tokens: stretch.tokens.slice(from, to) };
}

/** The parts between marks at the stretch's own depth; none for an empty stretch. */
export function splitAt(stretch: Stretch, mark: string): readonly Stretch[] {
  const depth = stretch.tokens[0]?.depth;
  const found: Stretch[] = [];
  let from = 0;
  for (const [index, token] of stretch.tokens.entries()) {
    if (token.depth !== depth || token.kind !== 'mark' || token.text !== mark) continue;
    found.push(part(stretch, from, index));
    from = index + 1;
  }
  return stretch.tokens.length === 0 ? [] : [...found, part(stretch, from)];
}

/** Where, at the stretch's own depth, the first of some of PostgreSQL's capital words stands; its length if nowhere. */
export function placeOf(stretch: Stretch, words: readonly string[]): number {
  const depth = stretch.tokens[0]?.depth;
  const place = stretch.tokens.findIndex(
    (token) => token.depth === depth && token.kind === 'word' && words.includes(token.text),
  );
  return place === -1 ? stretch.tokens.length : place;
}

/** Whether the tokens from a place on read so. */
export function reads(stretch: Stretch, at: number, ...words: readonly string[]): boolean {
  return words.every((word, index) => stretch.tokens[at + index]?.text === word);
}

/** What stands in the parentheses that open at a place; null where none do. */
export function inParentheses(stretch: Stretch, at: number): { inner: Stretch; after: number } | null {
  const open = stretch.tokens[at];
  if (open?.text !== '(' || open.kind !== 'mark') return null;
  const close = stretch.tokens.findIndex(
    (token, index) => index > at && token.depth === open.depth && token.text === ')',
  );
  return close === -1 ? null : { inner: part(stretch, at + 1, close), after: close + 1 };
}

/** A name with its schema (or a column with its table) that starts at a place; null where none does. */
export function nameAt(stretch: Stretch, at: number): { name: string; after: number } | null {
  let after = at;
  if (!isName(stretch.tokens[after])) return null;
  while (reads(stretch, after + 1, '.') && isName(stretch.tokens[after + 2])) after += 2;
  return { name: written(part(stretch, at, after + 1)), after: after + 1 };
}

export function isName(token: Token | undefined): boolean {
  return token?.kind === 'word' || token?.kind === 'name';
}

/** The parts of a qualified name, each as it is quoted. */
export function partsOfName(name: string): readonly string[] {
  const stretch = stretchOf(name);
  return stretch === null ? [] : splitAt(stretch, '.').map(written);
}

/** A definition's statements without their semicolons, and the comments that stand between them; null: no SQL. */
export function statementsIn(
  definition: string,
): { readonly statements: readonly Stretch[]; readonly notes: readonly string[] } | null {
  const stretch = stretchOf(definition);
  if (stretch === null) return null;
  const notes = stretch.tokens.filter(({ kind, depth }) => kind === 'comment' && depth === 0);
  const bare = { sql: definition, tokens: stretch.tokens.filter((token) => !notes.includes(token)) };
  const statements = splitAt(bare, ';').filter(({ tokens }) => tokens.length > 0);
  return { statements, notes: notes.map(({ text }) => text.replace(/^\/\*\s*/, '').replace(/\s*\*\/$/, '')) };
}
