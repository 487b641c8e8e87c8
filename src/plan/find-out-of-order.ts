import type { MigrationFile } from '../domain/migration.ts';
import type { Problem } from '../domain/problem.ts';
import type { HistoryInput } from './history-input.ts';
import { nameAfter } from './name-after.ts';
import { shellWord } from './names-in-words.ts';

interface Question {
  readonly adds: readonly MigrationFile[];
  /** Names that will stand in the history when the added ones run. */
  readonly staying: readonly string[];
  readonly input: HistoryInput;
}

/**
 * Added migrations that sort before one that will have run by then. node-pg-migrate's CLI refuses such a
 * history for good ("Not run migration … is preceding already run migration …").
 */
export function findOutOfOrder({ adds, staying, input }: Question): readonly Problem[] {
  const known = new Set([...input.desired, ...input.base].map(({ name }) => name));
  const newest = latest(
    staying.filter((name) => known.has(name)),
    input.compare,
  );
  if (newest === null) return [];
  const early = adds.filter(({ name }) => input.compare(name, newest) < 0);
  let last = latest([...known, ...staying], input.compare) ?? newest;
  return early.map((file) => {
    last = nameAfter(last, file.name);
    return problem(file, newest, last);
  });
}

function latest(names: readonly string[], compare: HistoryInput['compare']): string | null {
  return names.reduce<string | null>(
    (last, name) => (last === null || compare(name, last) > 0 ? name : last),
    null,
  );
}

function problem({ name, path }: MigrationFile, newest: string, fresh: string): Problem {
  const renamed = `${path.slice(0, path.lastIndexOf(name))}${fresh}${path.slice(path.lastIndexOf(name) + name.length)}`;
  return {
    code: 'out-of-order',
    message:
      `${name} sorts before ${newest}, which runs earlier: node-pg-migrate would refuse the history for its order from then on. ` +
      `Give it a later place with \`git mv ${shellWord(path)} ${shellWord(renamed)}\`.`,
    migration: name,
    path,
  };
}
