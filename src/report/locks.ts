import type { Lock, PlannedStatement } from '../domain/plan.ts';
import { quoted } from './words.ts';

/** What a lock keeps others from, as PostgreSQL's manual has it ("Explicit Locking", table-level lock modes). */
const blocked: Readonly<Record<string, Blocking>> = {
  AccessShareLock: 'neither',
  RowShareLock: 'neither',
  RowExclusiveLock: 'neither',
  ShareUpdateExclusiveLock: 'neither',
  ShareLock: 'writes',
  ShareRowExclusiveLock: 'writes',
  ExclusiveLock: 'writes',
  AccessExclusiveLock: 'reads and writes',
};

export type Blocking = 'reads and writes' | 'writes' | 'neither';

/** A lock in words; one that is not known counts as the worst. */
function blocking({ mode }: Lock): Blocking {
  return blocked[mode] ?? 'reads and writes';
}

const shownRelations = 4;

/**
 * What statements block and rewrite, as one phrase for `prose`. Relations in `fresh` did not exist before:
 * nobody waits for those.
 */
export function lockPhrase(statements: readonly PlannedStatement[], fresh: ReadonlySet<string>): string {
  const locks = statements
    .flatMap((statement) => statement.locks)
    .filter(({ relation }) => !fresh.has(relation));
  const rewrites = statements.flatMap((statement) => statement.rewrites).filter((name) => !fresh.has(name));
  const worst = namesOf(locks, 'reads and writes');
  const writes = namesOf(locks, 'writes').filter((name) => !worst.includes(name));
  const phrases = [
    ...(worst.length > 0 ? [`blocks reads and writes on ${listed(worst)}`] : []),
    ...(writes.length > 0 ? [`blocks writes on ${listed(writes)}`] : []),
    ...(rewrites.length > 0 ? [`rewrites ${listed([...new Set(rewrites)])}`] : []),
  ];
  const isUntried = statements.some(({ durationMs }) => durationMs === null);
  if (isUntried) phrases.push('not known for what was not tried');
  return phrases.length > 0 ? phrases.join('; ') : 'blocks neither reads nor writes';
}

function namesOf(locks: readonly Lock[], kind: Blocking): readonly string[] {
  return [...new Set(locks.filter((lock) => blocking(lock) === kind).map(({ relation }) => relation))];
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, shownRelations).map(quoted);
  const left = names.length - shown.length;
  return left > 0 ? `${shown.join(', ')} and ${left} more` : shown.join(', ');
}
