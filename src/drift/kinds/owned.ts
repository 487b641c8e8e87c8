import type { SchemaObject } from '../schema-object.ts';
import { mentionsOf } from '../sql/mentions.ts';
import { isName, statementsIn, stretchOf, written, type Stretch } from '../sql/text.ts';
import { step, type Step } from '../step.ts';

/** A definition without the statement that says whose it is. */
export interface Owned {
  readonly main: Stretch;
  readonly more: readonly Stretch[];
  readonly notes: readonly string[];
  /** Empty: whose it is goes without saying. */
  readonly owner: string;
}

/** `what`: as ALTER names it, e.g. `VIEW s.v`. Null where the definition is no SQL. */
export function ownedOf({ definition }: SchemaObject, what: string): Owned | null {
  const found = statementsIn(definition);
  const [main, ...more] = found?.statements ?? [];
  if (found === null || main === undefined) return null;
  const last = more.at(-1);
  const start = `ALTER ${what} OWNER TO `;
  if (last === undefined || !written(last).startsWith(start))
    return { main, more, notes: found.notes, owner: '' };
  return { main, more: more.slice(0, -1), notes: found.notes, owner: written(last).slice(start.length) };
}

/** The same of code, whose body may hold semicolons: it is one statement as it stands. */
export function ownedCodeOf(
  { definition }: SchemaObject,
  what: string,
): { readonly main: string; readonly owner: string } | null {
  const stretch = stretchOf(definition);
  if (stretch === null || !definition.endsWith(';')) return null;
  const start = `;\nALTER ${what} OWNER TO `;
  const at = definition.lastIndexOf(start);
  const last = stretch.tokens.at(-2);
  const isStatement =
    at !== -1 &&
    stretch.tokens.some((token) => token.start === at && token.text === ';' && token.depth === 0) &&
    isName(last) &&
    last?.start === at + start.length;
  const main = isStatement ? definition.slice(0, at) : definition.slice(0, -1);
  if (!isOneStatement(main)) return null;
  return { main, owner: isStatement ? definition.slice(at + start.length, -1) : '' };
}

/** Only a body that PostgreSQL wrote between BEGIN ATOMIC and END has semicolons of its own. */
function isOneStatement(sql: string): boolean {
  const tokens = stretchOf(sql)?.tokens ?? [];
  const ends = tokens.some(({ text, depth, kind }) => text === ';' && depth === 0 && kind === 'mark');
  return !ends || (tokens.some(({ text }) => text === 'ATOMIC') && tokens.at(-1)?.text === 'END');
}

/** Gives an object to its owner; null where it shall be somebody's of whom nothing is said. `before`: '' if it is new. */
export function ownerSteps(
  what: string,
  before: string,
  after: string,
  handle: string,
): readonly Step[] | null {
  if (before === after) return [];
  if (after === '') return null;
  return [step('setting', `ALTER ${what} OWNER TO ${after}`, { needs: mentionsOf('', handle) })];
}
