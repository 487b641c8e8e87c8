import type { SchemaChange } from '../domain/schema-diff.ts';
import type { SchemaObject } from './schema-object.ts';
import { keyOf } from './world.ts';

/** An object as it is before and shall be after; the same where it stays. */
export interface Item {
  readonly key: string;
  readonly kind: string;
  readonly before: SchemaObject | null;
  readonly after: SchemaObject | null;
  /** Null for one that stays. */
  readonly change: SchemaChange | null;
}

/** The changes, and what stands beside them. */
export function itemsOf(
  changes: readonly SchemaChange[],
  standing: readonly SchemaObject[],
): readonly Item[] {
  const changed = new Set(changes.map(keyOf));
  const objectOf = ({ kind, name }: SchemaChange, definition: string | null): SchemaObject | null =>
    definition === null ? null : { kind, name, definition };
  return [
    ...changes.map((change) => ({
      key: keyOf(change),
      kind: change.kind,
      before: objectOf(change, change.before),
      after: objectOf(change, change.after),
      change,
    })),
    ...standing
      .filter((object) => !changed.has(keyOf(object)))
      .map((object) => ({
        key: keyOf(object),
        kind: object.kind,
        before: object,
        after: object,
        change: null,
      })),
  ];
}
