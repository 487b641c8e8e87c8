const usual = 'START WITH 1 INCREMENT BY 1 MINVALUE 1 NO MAXVALUE CACHE 1 NO CYCLE';

/** Whether one that has not counted yet may stay where it is: where it is otherwise is not known here. */
export function holdsStart(before: string, after: string): boolean {
  const number = (identity: string, word: string, usual: bigint): bigint =>
    BigInt(new RegExp(`${word} (-?\\d+)`).exec(identity)?.[1] ?? usual);
  const start = number(before, 'START WITH', 1n);
  if (before === '' || after === '') return true;
  return number(after, ' MINVALUE', 1n) <= start && start <= number(after, ' MAXVALUE', start);
}

/** What ALTER COLUMN says, so that the one GENERATED … AS IDENTITY becomes the other; empty: none. */
export function identityChanges(before: string, after: string): readonly string[] {
  if (before === after) return [];
  if (after === '') return ['DROP IDENTITY'];
  if (before === '') return [`ADD ${after}`];
  const [then, now] = [partsOf(before), partsOf(after)];
  const options = then.options === now.options ? [] : settingsOf(now.options === '' ? usual : now.options);
  const sets = [...(then.when === now.when ? [] : [`GENERATED ${now.when}`]), ...options];
  return [sets.map((set) => `SET ${set}`).join(' ')];
}

function partsOf(identity: string): { readonly when: string; readonly options: string } {
  const [, when = '', options = ''] =
    /^GENERATED (ALWAYS|BY DEFAULT) AS IDENTITY(?: \((.*)\))?$/.exec(identity) ?? [];
  return { when, options };
}

function settingsOf(options: string): readonly string[] {
  const found =
    options.match(/(?:START WITH|INCREMENT BY|MINVALUE|MAXVALUE|CACHE) -?\d+|NO MAXVALUE|(?:NO )?CYCLE/g) ??
    [];
  return found.some((option) => option.endsWith('CYCLE')) ? found : [...found, 'NO CYCLE'];
}
