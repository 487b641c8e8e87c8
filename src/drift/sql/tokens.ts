/** One word of SQL. Comments are tokens too: our catalog writes what SQL has no words for as one. */
export interface Token {
  readonly kind: 'word' | 'name' | 'text' | 'comment' | 'mark';
  readonly text: string;
  /** Where it starts, and where the next may. */
  readonly start: number;
  readonly end: number;
  /** How many parentheses and brackets stand open around it; those themselves count as outside. */
  readonly depth: number;
}

type Kind = Token['kind'];

/**
 * The words of a definition as PostgreSQL writes them with standard_conforming_strings; null where something is not
 * closed. A string, whatever is in it, is one token, and so is a function's body.
 */
export function tokensOf(sql: string): readonly Token[] | null {
  const found: Token[] = [];
  let depth = 0;
  let at = 0;
  while (at < sql.length) {
    const [kind, end] = nextToken(sql, at);
    if (end === -1) return null;
    const text = sql.slice(at, end);
    if (text === ')' || text === ']') depth -= 1;
    if (depth < 0) return null;
    if (kind !== 'space') found.push({ kind, text, start: at, end, depth });
    if (text === '(' || text === '[') depth += 1;
    at = end;
  }
  return depth === 0 ? found : null;
}

const space = /\s+/y;
const word = /[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/y;
const number = /\d[\w.]*/y;
const dollar = /\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/y;
const operator = /::|[-+*/<>=~!@#%^&|`?]+/y;

/** What starts at a place and where it ends; -1 where it does not. */
function nextToken(sql: string, at: number): readonly [Kind | 'space', number] {
  const letter = sql.charAt(at);
  if (sql.startsWith('--', at)) return ['comment', orEnd(sql.indexOf('\n', at), sql)];
  if (sql.startsWith('/*', at)) return ['comment', endOfComment(sql, at)];
  if (letter === "'") return ['text', endOfQuoted(sql, at, "'")];
  if (letter === '"') return ['name', endOfQuoted(sql, at, '"')];
  if (/^[eE]'/.test(sql.slice(at, at + 2))) return ['text', endOfEscaped(sql, at + 1)];
  if (/^[bBxXnN]'/.test(sql.slice(at, at + 2))) return ['text', endOfQuoted(sql, at + 1, "'")];
  const opening = matchAt(dollar, sql, at);
  if (opening !== '') return ['text', endAfter(sql, opening, at + opening.length)];
  for (const [pattern, kind] of plain) {
    const text = matchAt(pattern, sql, at);
    if (text !== '') return [kind, at + text.length];
  }
  return ['mark', at + 1];
}

const plain = [
  [space, 'space'],
  [word, 'word'],
  [number, 'mark'],
  [operator, 'mark'],
] as const;

function matchAt(pattern: RegExp, sql: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(sql)?.[0] ?? '';
}

function orEnd(place: number, sql: string): number {
  return place === -1 ? sql.length : place;
}

function endAfter(sql: string, closing: string, from: number): number {
  const found = sql.indexOf(closing, from);
  return found === -1 ? -1 : found + closing.length;
}

function endOfQuoted(sql: string, at: number, quote: string): number {
  let end = endAfter(sql, quote, at + 1);
  while (end !== -1 && sql.charAt(end) === quote) end = endAfter(sql, quote, end + 1);
  return end;
}

/** Of a string in which a backslash takes the next letter with it. */
function endOfEscaped(sql: string, at: number): number {
  for (let place = at + 1; place < sql.length; place += 1) {
    const letter = sql.charAt(place);
    if (letter === '\\') place += 1;
    else if (letter === "'") {
      if (sql.charAt(place + 1) !== "'") return place + 1;
      place += 1;
    }
  }
  return -1;
}

/** PostgreSQL's comments nest. */
function endOfComment(sql: string, at: number): number {
  let open = 0;
  for (let place = at; place < sql.length; place += 1) {
    if (sql.startsWith('/*', place)) open += 1;
    else if (sql.startsWith('*/', place)) open -= 1;
    else continue;
    place += 1;
    if (open === 0) return place + 1;
  }
  return -1;
}
