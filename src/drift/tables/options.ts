import { inParentheses, part, placeOf, splitAt, stretchOf, written } from '../sql/text.ts';

/**
 * Options of a foreign table or of its columns as SQL takes them. Our catalog writes `name=value` as it is kept, which
 * a value may imitate: only plain values are understood. Null where one is not.
 */
export function foreignOptionsFrom(clause: string): string | null {
  if (clause === '') return '';
  const stretch = stretchOf(clause);
  const inner = stretch === null ? undefined : inParentheses(stretch, 1)?.inner;
  if (inner === undefined) return null;
  const pairs = splitAt(inner, ',').map((option) => /^([a-z_]+)=([A-Za-z0-9_./-]+)$/.exec(written(option)));
  const options = pairs.map((pair) => (pair === null ? null : `${pair[1] ?? ''} '${pair[2] ?? ''}'`));
  return options.includes(null) ? null : ` OPTIONS (${options.join(', ')})`;
}

/** `SERVER s OPTIONS (…)` likewise. */
export function serverFrom(clause: string): string | null {
  const stretch = stretchOf(clause);
  if (stretch === null) return null;
  const at = placeOf(stretch, ['OPTIONS']);
  const options = foreignOptionsFrom(written(part(stretch, at)));
  return options === null ? null : `${written(part(stretch, 0, at))}${options}`;
}

/** What to SET and what to RESET, so that the one list of `name=value` becomes the other. */
export function optionChanges(
  before: readonly string[],
  after: readonly string[],
): readonly ['SET' | 'RESET', string][] {
  const nameOf = (option: string): string => option.slice(0, option.indexOf('='));
  const kept = new Set(after.map(nameOf));
  const set = after.filter((option) => !before.includes(option));
  const reset = before.map(nameOf).filter((name) => !kept.has(name));
  return [
    ...(set.length > 0 ? [['SET', `(${set.join(', ')})`] as ['SET', string]] : []),
    ...(reset.length > 0 ? [['RESET', `(${reset.join(', ')})`] as ['RESET', string]] : []),
  ];
}

/** `(fillfactor=70)` as a list; these are kept without quotes as well. */
export function optionList(parentheses: string): readonly string[] | null {
  if (parentheses === '') return [];
  const stretch = stretchOf(parentheses);
  const inner = stretch === null ? undefined : inParentheses(stretch, 0)?.inner;
  if (inner === undefined) return null;
  const options = splitAt(inner, ',').map(written);
  return options.every((option) => /^[a-z_][a-z0-9_]*=[A-Za-z0-9_.+-]+$/.test(option)) ? options : null;
}
