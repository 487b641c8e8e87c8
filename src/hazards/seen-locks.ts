import type { RangeVar } from 'libpg-query';
import type { Lock } from '../domain/plan.ts';
import { isBlockingMode, keyOf, parseRelation, sessionless, type RelationName } from './relations.ts';

/** Observed locks, for questions by name. */
export class SeenLocks {
  readonly #byName = new Map<string, RelationName[]>();
  readonly #all = new Set<string>();
  readonly #blocking = new Set<string>();

  constructor(locks: readonly Lock[] = []) {
    this.add(locks);
  }

  add(locks: readonly Lock[]): void {
    for (const { relation: printed, mode } of locks) {
      const relation = parseRelation(printed);
      const key = keyOf(relation);
      if (isBlockingMode(mode)) this.#blocking.add(key);
      if (this.#all.has(key)) continue;
      this.#all.add(key);
      this.#byName.set(relation.name, [...this.named(relation.name), relation]);
    }
  }

  has(relation: RelationName): boolean {
    return this.#all.has(keyOf(relation));
  }

  /** Whether others wait on it. */
  isBlocking(relation: RelationName): boolean {
    return this.#blocking.has(keyOf(relation));
  }

  /** The relations of that name, in whatever schema. */
  named(name: string): readonly RelationName[] {
    return this.#byName.get(name) ?? [];
  }
}

/**
 * Which relations a name in a statement can mean: the qualified one, or those of that name that were seen locked,
 * since only the server knows the search path; `public` where nothing was seen.
 */
export function meantBy(range: RangeVar, seen: readonly SeenLocks[]): readonly RelationName[] {
  const name = range.relname ?? '';
  if (range.schemaname !== undefined) return [{ schema: sessionless(range.schemaname), name }];
  const found = seen.flatMap((locks) => locks.named(name));
  return found.length > 0 ? found : [{ schema: 'public', name }];
}
