import type { SchemaObject } from '../schema-object.ts';
import { stretchOf, written } from '../sql/text.ts';
import { plain } from './plain.ts';

/** Aggregates: what calls one names no types, so all of a name are one. */
export const aggregate = plain({
  word: 'AGGREGATE',
  make: 'code',
  drop: 'dropCode',
  named: signatureOf,
  more: ({ name }) => [name.slice(0, openingIn(name))],
  light: true,
});

export const collation = plain({
  word: 'COLLATION',
  make: 'makeSpace',
  drop: 'dropType',
  more: ({ name }) => [name],
});

export const language = plain({
  word: 'LANGUAGE',
  modifier: 'TRUSTED',
  make: 'code',
  drop: 'dropSpace',
});

export const accessMethod = plain({ word: 'ACCESS METHOD', make: 'makeSpace', drop: 'dropSpace' });

export const conversion = plain({
  word: 'CONVERSION',
  modifier: 'DEFAULT',
  make: 'code',
  drop: 'dropCode',
});

export const searchParser = plain({
  word: 'TEXT SEARCH PARSER',
  make: 'makeSpace',
  drop: 'dropSpace',
  more: ({ name }) => [name],
});

export const searchTemplate = plain({
  word: 'TEXT SEARCH TEMPLATE',
  make: 'makeSpace',
  drop: 'dropSpace',
  more: ({ name }) => [name],
});

export const transform = plain({
  word: 'TRANSFORM',
  make: 'dependent',
  drop: 'letGo',
  named: ({ definition }) => definition.slice('CREATE TRANSFORM '.length, definition.indexOf(' (')),
});

/** `s.a(integer)`, or `s.a(*)`: as its definition begins. */
function signatureOf({ definition }: SchemaObject): string {
  const start = 'CREATE AGGREGATE ';
  const stretch = stretchOf(definition);
  const open = stretch?.tokens.findIndex(({ text, depth }) => text === '(' && depth === 0) ?? -1;
  const close = stretch?.tokens.find(({ text, depth }, index) => index > open && text === ')' && depth === 0);
  return definition.slice(start.length, close?.end);
}

function openingIn(name: string): number {
  const stretch = stretchOf(name);
  const open = stretch?.tokens.find(({ text, kind }) => text === '(' && kind === 'mark');
  return open?.start ?? (stretch === null ? name : written(stretch)).length;
}
