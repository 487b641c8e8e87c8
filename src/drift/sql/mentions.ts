import { tokensOf, type Token } from './tokens.ts';

/** What a text speaks of. A handle is a qualified name, or what `handles` add to the names. */
export interface Mentions {
  readonly names: ReadonlySet<string>;
  /** Every name by itself: columns stand without their table. */
  readonly words: ReadonlySet<string>;
  /** Words within strings: a function's body may mean an object, or nothing. */
  readonly perhaps: ReadonlySet<string>;
}

/** Reads what an SQL text speaks of; `handles` are added as they stand. */
export function mentionsOf(sql: string, ...handles: readonly string[]): Mentions {
  const [names, words, perhaps] = [new Set(handles), new Set<string>(), new Set<string>()];
  const tokens = tokensOf(sql) ?? [];
  for (const [index, token] of tokens.entries()) {
    if (token.kind === 'text') {
      const inner = innerOf(token.text);
      const isReference =
        tokens[index + 1]?.text === '::' && (tokens[index + 2]?.text.startsWith('reg') ?? false);
      if (isReference) addNames(tokensOf(inner) ?? [], names, words);
      else addWords(inner, perhaps);
    }
  }
  addNames(tokens, names, words);
  return { names, words, perhaps };
}

/** What a step makes or drops, as others may speak of it. */
export interface Handle {
  readonly text: string;
  /** Its last name alone. */
  readonly last: string;
  /** Of a column: its table, as it is qualified. */
  readonly table: string | null;
}

export function handleOf(text: string): Handle {
  const tokens = tokensOf(text) ?? [];
  const isColumn = tokens.length === 5 && tokens[1]?.text === '.' && tokens[3]?.text === '.';
  return {
    text,
    last: tokens.at(-1)?.text ?? text,
    table: isColumn ? text.slice(0, tokens[3]?.start) : null,
  };
}

/** Whether a handle is spoken of; a column also where its table and its name both are. */
export function speaksOf({ names, words }: Mentions, { text, last, table }: Handle): boolean {
  return names.has(text) || (table !== null && names.has(table) && words.has(last));
}

function addNames(tokens: readonly Token[], names: Set<string>, words: Set<string>): void {
  let chain = '';
  for (const [index, { kind, text }] of tokens.entries()) {
    const dotted = tokens[index - 1]?.text === '.' && chain !== '';
    if (kind === 'word' || kind === 'name' || (dotted && kind === 'mark' && text !== '*')) {
      chain = dotted ? `${chain}.${text}` : text;
      if (dotted || kind !== 'mark') names.add(chain);
      words.add(text);
    } else if (text !== '.') chain = '';
  }
}

function innerOf(text: string): string {
  if (!text.startsWith('$')) return text.slice(text.indexOf("'") + 1, -1).replaceAll("''", "'");
  const tag = text.slice(0, text.indexOf('$', 1) + 1);
  return text.slice(tag.length, -tag.length);
}

function addWords(text: string, words: Set<string>): void {
  for (const [found] of text.matchAll(/"(?:[^"]|"")*"|[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/g)) {
    words.add(found);
  }
}

/** Stands for a column among handles. */
export function columnHandle(table: string, column: string): string {
  return `${table}.${column}`;
}

/** A handle, and those of what it goes with: a column's table, and what stands after `on`. */
export function wholesOf(handle: string): readonly string[] {
  const { table } = handleOf(handle);
  const on = handle.lastIndexOf(' on ');
  return [handle, ...(table === null ? [] : [table]), ...(on === -1 ? [] : [handle.slice(on + 4)])];
}
