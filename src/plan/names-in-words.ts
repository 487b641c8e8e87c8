const shownNames = 10;

/** `1 migration is`, `3 migrations are`. */
export function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** Names for a sentence, cut where they are many: `a, b and 12 more`. */
export function listed(names: readonly string[]): string {
  const left = names.length - shownNames;
  const shown = names.slice(0, shownNames).join(', ');
  return left > 0 ? `${shown} and ${left} more` : shown;
}

/** A word for a line that people paste into a shell: quoted where POSIX's shell would read more into it. */
export function shellWord(word: string): string {
  return /^[\w./@:+-]+$/.test(word) && !word.startsWith('-') ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
