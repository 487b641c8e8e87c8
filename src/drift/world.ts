import type { SchemaObject } from './schema-object.ts';
import { tableOf, type Table } from './tables/shape.ts';

/** Both schemas, whole. */
export interface World {
  readonly before: ReadonlyMap<string, SchemaObject>;
  readonly after: ReadonlyMap<string, SchemaObject>;
  /** Tables by name, as far as they are understood. */
  readonly tablesBefore: ReadonlyMap<string, Table>;
  readonly tablesAfter: ReadonlyMap<string, Table>;
  /** Whether an object or a column with this handle is dropped, be it to be made anew. */
  readonly isGone: (handle: string) => boolean;
}

export function keyOf({ kind, name }: Pick<SchemaObject, 'kind' | 'name'>): string {
  return `${kind} ${name}`;
}

export function tablesIn(objects: ReadonlyMap<string, SchemaObject>): ReadonlyMap<string, Table> {
  const found = new Map<string, Table>();
  for (const object of objects.values()) {
    const table = object.kind === 'table' || object.kind === 'foreign table' ? tableOf(object) : null;
    if (table !== null) found.set(table.name, table);
  }
  return found;
}
