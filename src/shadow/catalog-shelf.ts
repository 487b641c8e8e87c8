import type { Catalog } from './catalog/catalog.ts';

/** The schemas of the baselines that were used last. A copy of a template has the same, down to the OIDs. */
export interface CatalogShelf {
  /** That of a template; `read` reads it from a fresh copy where nobody has. */
  of(template: string, read: () => Promise<Catalog>): Promise<Catalog>;
}

/** A catalog of 10,000 migrations takes some ten megabytes. */
const kept = 4;

export function createCatalogShelf(): CatalogShelf {
  const catalogs = new Map<string, Promise<Catalog>>();
  return {
    of(template, read) {
      const catalog = catalogs.get(template) ?? read();
      catalogs.delete(template);
      catalogs.set(template, catalog);
      catalog.catch(() => catalogs.delete(template));
      for (const old of [...catalogs.keys()].slice(0, -kept)) catalogs.delete(old);
      return catalog;
    },
  };
}
