/** One object of the catalog as DDL. */
export interface CatalogObject {
  readonly kind: string;
  /** Qualified and quoted as PostgreSQL does. */
  readonly name: string;
  readonly definition: string;
}

/** A relation, with everything that is defined as a part of it: columns, constraints, indexes, triggers, grants. */
export interface CatalogRelation {
  /** Qualified and quoted. */
  readonly name: string;
  /** As in pg_class.relkind. */
  readonly kind: string;
  /** Its storage; null where it has none. Another one after a statement means that it was written anew. */
  readonly file: string | null;
  /** Names by number, without dropped ones. */
  readonly columns: ReadonlyMap<number, string>;
  readonly objects: readonly CatalogObject[];
}

/** A database's whole schema at one moment, without what is PostgreSQL's, an extension's, or Tidegate's. */
export interface Catalog {
  /** By OID. Those that are nobody's change (the history's table) are here too, without objects. */
  readonly relations: ReadonlyMap<string, CatalogRelation>;
  /** What is part of no relation, by kind and name. */
  readonly others: ReadonlyMap<string, CatalogObject>;
  /** PostgreSQL's own tables: names by OID. */
  readonly system: ReadonlyMap<string, string>;
  /** Changes with every type that is no table's, and with every constraint of a domain. */
  readonly typesMark: string;
}

/**
 * A schema at one moment: a catalog that was read whole, and the relations that are different now, so that a
 * small change costs little however long the history is. Null: it is gone.
 */
export interface CatalogSnapshot {
  readonly catalog: Catalog;
  readonly changed: ReadonlyMap<string, CatalogRelation | null>;
}

export function snapshotOf(catalog: Catalog): CatalogSnapshot {
  return { catalog, changed: new Map() };
}

/** A relation by OID as it is in the snapshot; undefined where there is none. */
export function relationIn({ catalog, changed }: CatalogSnapshot, oid: string): CatalogRelation | undefined {
  const now = changed.get(oid);
  return now === undefined ? catalog.relations.get(oid) : (now ?? undefined);
}

/** Every relation of the snapshot, by OID. */
export function relationsIn({ catalog, changed }: CatalogSnapshot): ReadonlyMap<string, CatalogRelation> {
  const all = new Map(catalog.relations);
  for (const [oid, relation] of changed) {
    if (relation === null) all.delete(oid);
    else all.set(oid, relation);
  }
  return all;
}

/** Every object of the snapshot, by kind and name. */
export function objectsIn(snapshot: CatalogSnapshot): ReadonlyMap<string, CatalogObject> {
  const parts = [...relationsIn(snapshot).values()].flatMap(({ objects }) => objects);
  return new Map([...snapshot.catalog.others, ...parts.map(keyed)]);
}

/** An object under the key that tells it from all others. */
export function keyed(object: CatalogObject): readonly [string, CatalogObject] {
  return [`${object.kind} ${object.name}`, object];
}
