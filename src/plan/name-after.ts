/**
 * A name for `name` that sorts after `last`: its own words behind the next number in the style of `last`
 * (an index with its zeros, milliseconds, or UTC time in 14 or 17 digits, as node-pg-migrate's CLI makes them).
 */
export function nameAfter(last: string, name: string): string {
  const [, words = `_${name}`] = /^\d+([_-].*)$/s.exec(name) ?? [];
  return `${nextNumber(/^\d+/.exec(last)?.[0] ?? '0')}${words}`;
}

function nextNumber(digits: string): string {
  if (digits.length === 14 || digits.length === 17) return nextMoment(digits) ?? nextIndex(digits);
  return nextIndex(digits);
}

function nextIndex(digits: string): string {
  return (BigInt(digits) + 1n).toString().padStart(digits.length, '0');
}

function nextMoment(digits: string): string | null {
  const [, year, month, day, hours, minutes, seconds, rest = ''] =
    /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d*)$/.exec(digits) ?? [];
  const moment = Date.parse(
    `${year ?? ''}-${month ?? ''}-${day ?? ''}T${hours ?? ''}:${minutes ?? ''}:${seconds ?? ''}.${rest === '' ? '000' : rest}Z`,
  );
  if (Number.isNaN(moment)) return null;
  const next = new Date(moment + (rest === '' ? 1000 : 1));
  return next.toISOString().replaceAll(/\D/g, '').slice(0, digits.length);
}
