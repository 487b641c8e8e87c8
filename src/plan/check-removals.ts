import type { Problem } from '../domain/problem.ts';
import type { HistoryInput } from './history-input.ts';
import { listed } from './names-in-words.ts';

interface Question {
  /** Newest first. */
  readonly removes: readonly string[];
  readonly goesFirst: readonly string[];
  readonly input: HistoryInput;
}

/** Only what ran last can be taken back; anything later stands on it and is in the way. */
export function checkRemovals({ removes, goesFirst, input }: Question): readonly Problem[] {
  const removed = new Set(removes);
  const names = [...input.actual.map(({ name }) => name), ...goesFirst];
  return [...removes].reverse().flatMap((name) => {
    const later = names.slice(names.indexOf(name) + 1).filter((other) => !removed.has(other));
    return later.length === 0 ? [] : [inTheWay(name, later, input)];
  });
}

function inTheWay(name: string, later: readonly string[], { base }: HistoryInput): Problem {
  const path = base.find((file) => file.name === name)?.path;
  return {
    code: 'removal',
    message:
      `This change removes ${name}, but only the newest applied migrations can be taken back, and later ones are in the way: ${listed(later)}. ` +
      'Put the file back and undo what it did in a new migration, or remove the later ones as well.',
    migration: name,
    ...(path === undefined ? {} : { path }),
  };
}
