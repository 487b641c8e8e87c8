import type { SchemaChange } from '../../domain/schema-diff.ts';
import {
  keyed,
  objectsIn,
  relationIn,
  relationsIn,
  type CatalogObject,
  type CatalogRelation,
  type CatalogSnapshot,
} from './catalog.ts';

/** What differs between two snapshots, by kind and name, each object whole as DDL. */
export function diffSnapshots(before: CatalogSnapshot, after: CatalogSnapshot): readonly SchemaChange[] {
  const [then, now] = [objectsOf(before, after), objectsOf(after, before)];
  const keys = [...new Set([...then.keys(), ...now.keys()])].toSorted();
  return keys.flatMap((key): SchemaChange[] => {
    const [old, fresh] = [then.get(key), now.get(key)];
    const either = fresh ?? old;
    if (either === undefined || old?.definition === fresh?.definition) return [];
    const change = old === undefined ? 'added' : fresh === undefined ? 'removed' : 'changed';
    const { kind, name } = either;
    return [{ kind, name, change, before: old?.definition ?? null, after: fresh?.definition ?? null }];
  });
}

/** The objects of `snapshot` that can differ from the other's: of one catalog only those of changed relations. */
function objectsOf(snapshot: CatalogSnapshot, other: CatalogSnapshot): ReadonlyMap<string, CatalogObject> {
  if (snapshot.catalog !== other.catalog) return objectsIn(snapshot);
  const parts = [...relationsThatDiffer(snapshot, other).values()].flatMap(({ objects }) => objects);
  return new Map(parts.map(keyed));
}

function relationsThatDiffer(
  snapshot: CatalogSnapshot,
  other: CatalogSnapshot,
): ReadonlyMap<string, CatalogRelation> {
  if (snapshot.catalog !== other.catalog) return relationsIn(snapshot);
  const oids = new Set([...snapshot.changed.keys(), ...other.changed.keys()]);
  return new Map(
    [...oids].flatMap((oid) => {
      const relation = relationIn(snapshot, oid);
      return relation === undefined ? [] : [[oid, relation] as const];
    }),
  );
}

/** Tables and columns with data that were there before and are not after: a dropped table is named as one. */
export function columnsLost(before: CatalogSnapshot, after: CatalogSnapshot): readonly string[] {
  // The catalog's own order is that of creation or of the last look: sorted, the same plan always reads the same.
  const lost = [...relationsThatDiffer(before, after)].flatMap(([oid, { name, kind, columns }]) => {
    if (kind !== 'r' || columns.size === 0) return [];
    const now = relationIn(after, oid);
    if (now === undefined) return [`table ${name}`];
    return [...columns]
      .filter(([number]) => !now.columns.has(number))
      .map(([, column]) => `column ${name}.${column}`);
  });
  return lost.sort();
}
