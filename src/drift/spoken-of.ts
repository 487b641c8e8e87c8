import type { SchemaChange } from '../domain/schema-diff.ts';
import { kindOf } from './kinds.ts';
import { handleOf, mentionsOf, speaksOf } from './sql/mentions.ts';

/** Those of the changes whose objects, as they are afterwards, some statements speak of. */
export function spokenOf(
  changes: readonly SchemaChange[],
  statements: readonly string[],
): readonly SchemaChange[] {
  const mentions = statements.map((sql) => mentionsOf(sql));
  return changes.filter(({ kind, name, after }) => {
    if (after === null) return false;
    const handles = kindOf(kind)?.handles({ kind, name, definition: after }) ?? [];
    return handles.map(handleOf).some((handle) => mentions.some((one) => speaksOf(one, handle)));
  });
}
