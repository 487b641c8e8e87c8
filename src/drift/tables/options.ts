import {
  inParentheses,
  isName,
  part,
  placeOf,
  reads,
  splitAt,
  stretchOf,
  written,
  type Stretch,
} from '../sql/text.ts';

/** An option of a foreign object: its name and its value, each as SQL quotes it. */
export type ForeignOption = readonly [name: string, value: string];

/** What stands in `OPTIONS (name 'value', …)`; none for an empty stretch. Null where it is anything else. */
export function foreignOptionsIn(stretch: Stretch): readonly ForeignOption[] | null {
  if (stretch.tokens.length === 0) return [];
  const inside = reads(stretch, 0, 'OPTIONS') ? inParentheses(stretch, 1) : null;
  if (inside?.after !== stretch.tokens.length) return null;
  const found = splitAt(inside.inner, ',').map(
    ({ tokens: [name, value, ...others] }): ForeignOption | null =>
      isName(name) && name !== undefined && value?.kind === 'text' && others.length === 0
        ? [name.text, value.text]
        : null,
  );
  return found.every((option) => option !== null) ? found : null;
}

/** The same of a clause as it is written. */
export function foreignOptionsFrom(clause: string): readonly ForeignOption[] | null {
  const stretch = stretchOf(clause);
  return stretch === null ? null : foreignOptionsIn(stretch);
}

/** `SERVER s OPTIONS (…)` likewise. */
export function serverFrom(clause: string): { server: string; options: readonly ForeignOption[] } | null {
  const stretch = stretchOf(clause);
  if (stretch === null) return null;
  const at = placeOf(stretch, ['OPTIONS']);
  const options = foreignOptionsIn(part(stretch, at));
  const isPlain = stretch.tokens.every(({ kind }) => kind !== 'comment');
  return options === null || !isPlain ? null : { server: written(part(stretch, 1, at)), options };
}

/** By which a foreign table speaks of its server. */
export function serverHandles({ server }: { readonly server: string }): readonly string[] {
  const found = server === '' ? null : serverFrom(server);
  return found === null ? [] : [`foreign server ${found.server}`];
}

/** `OPTIONS (…)` that makes the one list of the other; none where they are alike. */
export function foreignOptionChanges(
  before: readonly ForeignOption[],
  after: readonly ForeignOption[],
): readonly string[] {
  const [then, now] = [new Map(before), new Map(after)];
  const changes = [
    ...before.flatMap(([name]) => (now.has(name) ? [] : [`DROP ${name}`])),
    ...after.flatMap(([name, value]) => {
      const old = then.get(name);
      return old === value ? [] : [`${old === undefined ? 'ADD' : 'SET'} ${name} ${value}`];
    }),
  ];
  return changes.length === 0 ? [] : [`OPTIONS (${changes.join(', ')})`];
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
  return options.every((option) => /^(?:toast\.)?[a-z_][a-z0-9_]*=[A-Za-z0-9_.+-]+$/.test(option))
    ? options
    : null;
}
