import type { SchemaChange } from '../../domain/schema-diff.ts';
import type { CatalogSnapshot } from './snapshot.ts';

/** What differs between two snapshots, by kind and name, each object whole as DDL. */
export function diffSnapshots(before: CatalogSnapshot, after: CatalogSnapshot): readonly SchemaChange[] {
  const keys = [...new Set([...before.objects.keys(), ...after.objects.keys()])].toSorted();
  return keys.flatMap((key): SchemaChange[] => {
    const [old, now] = [before.objects.get(key), after.objects.get(key)];
    const either = now ?? old;
    if (either === undefined || old?.definition === now?.definition) return [];
    const change = old === undefined ? 'added' : now === undefined ? 'removed' : 'changed';
    const { kind, name } = either;
    return [{ kind, name, change, before: old?.definition ?? null, after: now?.definition ?? null }];
  });
}
