import { tokensOf, type Token } from './sql/tokens.ts';

/** What a statement is, and what it is about. */
export interface DdlSubject {
  /** Verb and kind of object, of a list of our own: nothing of what it sets. */
  readonly kind: string;
  /** Names as `identityOf` gives them. */
  readonly names: readonly string[];
}

/**
 * Says of a statement that somebody sent which object it makes, changes or drops. Null for anything else, and for a text
 * that is cut off.
 */
export function ddlSubject(sql: string): DdlSubject | null {
  const tokens = (tokensOf(sql) ?? []).filter(({ kind }) => kind !== 'comment');
  const [verb = '', ...others] = tokens.map(({ kind, text }) => (kind === 'word' ? text.toUpperCase() : ''));
  if (!verbs.has(verb)) return null;
  const from = others.findIndex((word) => !modifiers.has(word));
  const found = objects.find((words) => words.every((word, index) => others[from + index] === word));
  if (from === -1 || found === undefined) return null;
  let start = 1 + from + found.length;
  while (fillers.has(others[start - 1] ?? '')) start += 1;
  const on = tokens.findIndex(
    (token, index) => index >= start && token.depth === 0 && token.text.toUpperCase() === 'ON',
  );
  const places = [start, ...(on === -1 ? [] : [on + 1])];
  if (verb === 'DROP') places.push(...commasIn(tokens, start));
  const names = places.flatMap((place) => nameFrom(tokens, skipOnly(tokens, place)) ?? []);
  return { kind: [verb, ...found].join(' '), names };
}

/** A name without quotes and arguments, such that equal ones are equal texts; parts from the last to the first. */
export function identityOf(name: string): string {
  return nameFrom(tokensOf(name) ?? [], 0) ?? '';
}

/** Whether a statement's name is an object's: one without its schema may be. */
export function isNameOf(name: string, object: string): boolean {
  return object === name || object.startsWith(`${name}.`);
}

const verbs: ReadonlySet<string> = new Set(['ALTER', 'CREATE', 'DROP']);

const modifiers: ReadonlySet<string> = new Set(
  'OR REPLACE UNIQUE UNLOGGED RECURSIVE GLOBAL LOCAL TEMP TEMPORARY CONSTRAINT'.split(' '),
);

const fillers: ReadonlySet<string> = new Set(['CONCURRENTLY', 'IF', 'NOT', 'EXISTS', 'ONLY']);

/** Roles and what has passwords or addresses in it are none of them. */
const objects: readonly (readonly string[])[] = [
  ['MATERIALIZED', 'VIEW'],
  ['FOREIGN', 'TABLE'],
  ...'TABLE VIEW SEQUENCE INDEX FUNCTION PROCEDURE AGGREGATE TYPE DOMAIN SCHEMA EXTENSION TRIGGER POLICY RULE'
    .split(' ')
    .map((word) => [word]),
];

function commasIn(tokens: readonly Token[], start: number): readonly number[] {
  return tokens.flatMap(({ text, depth }, index) =>
    index > start && depth === 0 && text === ',' ? [index + 1] : [],
  );
}

function skipOnly(tokens: readonly Token[], place: number): number {
  return tokens[place]?.text.toUpperCase() === 'ONLY' ? place + 1 : place;
}

function nameFrom(tokens: readonly Token[], place: number): string | null {
  const parts: string[] = [];
  for (let at = place; ; at += 2) {
    const token = tokens[at];
    if (token?.kind === 'word') parts.unshift(JSON.stringify(token.text.toLowerCase()));
    else if (token?.kind === 'name') {
      parts.unshift(JSON.stringify(token.text.slice(1, -1).replaceAll('""', '"')));
    } else return null;
    if (tokens[at + 1]?.text !== '.') return parts.join('.');
  }
}
