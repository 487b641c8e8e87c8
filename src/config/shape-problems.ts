import type { z } from 'zod';
import { nearest } from '../domain/nearest.ts';
import type { ConfigProblem } from './config-error.ts';
import type { KeyPath, YamlFile } from './yaml-file.ts';

/** Which keys a mapping may have; `*` in a place stands for any key or position. */
export type KnownKeys = Readonly<Record<string, readonly string[]>>;

/** What the messages of a schema lean on. */
export interface Shape {
  readonly known: KnownKeys;
  /** Keys that a later version may know, with what each would do; same places as `known`. */
  readonly later: Readonly<Record<string, string>>;
}

/**
 * Puts a schema's issues into words. Every rule of the schema says what it expects as its message
 * (`a number from 0`); what was found is added here.
 */
export function shapeProblems(
  file: YamlFile,
  issues: readonly z.core.$ZodIssue[],
  shape: Shape,
): readonly ConfigProblem[] {
  return issues.flatMap((issue) => {
    const at = issue.path.filter((part) => typeof part !== 'symbol');
    switch (issue.code) {
      case 'unrecognized_keys':
        return issue.keys.map((key) => problem(file, [...at, key], unknownKey(at, key, shape)));
      case 'invalid_key':
        return [problem(file, at, `expected ${issue.issues[0]?.message ?? 'another name'} as its name.`)];
      default:
        return [problem(file, at, `expected ${issue.message}, found ${found(file, at)}.`)];
    }
  });
}

/** A problem at a place in the file; its message starts with the key. */
export function problem(file: YamlFile, at: KeyPath, message: string): ConfigProblem {
  const key = at.map((part) => shown(file, part)).join('.');
  const sentence = key === '' ? message : `${key}: ${message}`;
  return { path: file.path, line: file.lineOf(at), key, message: sentence };
}

/** A secret can stand where a key should: only plain words are repeated of a file that may hold one. */
function shown(file: YamlFile, part: string | number): string {
  return file.mayQuote || /^[\w-]{1,40}$/.test(String(part)) ? String(part) : '(not shown)';
}

function unknownKey(at: KeyPath, key: string, { known, later }: Shape): string {
  const place = Object.keys(known).find((candidate) => matches(candidate, at)) ?? '';
  const promised = later[place === '' ? key : `${place}.${key}`];
  if (promised !== undefined) {
    return `not supported by this version of Tidegate: ${promised} Remove the key; a file that it cannot keep to is refused.`;
  }
  const keys = known[place] ?? [];
  const meant = nearest(key.toLowerCase(), keys, 3);
  const all = `Known here: ${keys.join(', ')}.`;
  return meant === null
    ? `this key is not known. ${all}`
    : `this key is not known. Did you mean ${meant}? ${all}`;
}

function matches(place: string, at: KeyPath): boolean {
  const parts = place === '' ? [] : place.split('.');
  return (
    parts.length === at.length && parts.every((part, index) => part === '*' || part === String(at[index]))
  );
}

function found(file: YamlFile, at: KeyPath): string {
  const value = valueAt(file.value, at);
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return 'a mapping';
  if (!file.mayQuote) return typeof value === 'string' ? 'other text' : `a ${typeof value}`;
  const quoted = JSON.stringify(value);
  return quoted.length > 80 ? `${quoted.slice(0, 80)}…` : quoted;
}

function valueAt(value: unknown, at: KeyPath): unknown {
  return at.reduce<unknown>((current, part) => {
    if (typeof current !== 'object' || current === null) return undefined;
    return Object.getOwnPropertyDescriptor(current, part)?.value;
  }, value);
}
