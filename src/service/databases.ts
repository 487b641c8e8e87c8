import type { DatabaseEntry } from '../config/server-config.ts';
import { resolveSecret } from '../config/resolve-secret.ts';
import { environmentId, type Repository } from '../domain/repository.ts';
import type { TargetDatabase } from '../database/target/options.ts';
import type { Variables } from './settings.ts';

/** Which databases belong to which repository. */
export interface Databases {
  /** As the repositories were seen last; keyed by `environmentId`. */
  readonly addresses: ReadonlyMap<string, TargetDatabase>;
  of(repository: Repository): Promise<readonly DatabaseEntry[]>;
}

/** Which repository, by its numeric id, has a name of the server's configuration. */
export interface Bindings {
  /** Binds the name to that id where it is bound to none yet; gives the id that it is bound to. */
  bind(name: string, id: number): Promise<number>;
  /** Null before the name was bound. */
  boundTo(name: string): Promise<number | null>;
}

/**
 * The databases of the server's configuration. It names repositories by `owner/name`; the first repository of
 * that name that is seen is bound to the entry by its numeric id, for ever: another that takes over the name does not
 * get the credentials. One that was renamed keeps them; one that was transferred is other people's now, and has none
 * until the configuration names it where it is.
 */
export function createDatabases(
  entries: readonly DatabaseEntry[],
  bindings: Bindings,
  variables: Variables,
): Databases {
  const addresses = new Map<string, TargetDatabase>();
  const bound = new Map<string, number>();
  const idOf = async (entry: DatabaseEntry, repository: Repository): Promise<number | null> => {
    const name = nameOf(entry);
    const known = bound.get(name);
    if (known !== undefined) return known;
    const isNamed = name === fullNameOf(repository);
    const id = isNamed ? await bindings.bind(name, repository.id) : await bindings.boundTo(name);
    if (id !== null) bound.set(name, id);
    return id;
  };
  return {
    addresses,
    of: async (repository) => {
      const ids = await Promise.all(entries.map((entry) => idOf(entry, repository)));
      const itsOwn = entries.filter((_, at) => ids[at] === repository.id);
      const byItsName = itsOwn.filter((entry) => nameOf(entry) === fullNameOf(repository));
      const kept = itsOwn.filter((entry) => ownerOf(entry) === repository.owner.toLowerCase());
      const own = byItsName.length > 0 ? byItsName : kept;
      for (const entry of itsOwn) {
        const key = environmentId({ repositoryId: repository.id, environment: entry.environment });
        if (!own.some(({ environment }) => environment === entry.environment)) addresses.delete(key);
      }
      for (const entry of own) {
        const key = environmentId({ repositoryId: repository.id, environment: entry.environment });
        if (!addresses.has(key)) addresses.set(key, addressOf(entry, variables));
      }
      return own;
    },
  };
}

function nameOf({ repository }: DatabaseEntry): string {
  return repository.toLowerCase();
}

function ownerOf(entry: DatabaseEntry): string {
  return nameOf(entry).split('/')[0] ?? '';
}

function fullNameOf({ owner, name }: Repository): string {
  return `${owner}/${name}`.toLowerCase();
}

function addressOf({ url, read }: DatabaseEntry, variables: Variables): TargetDatabase {
  return {
    url: () => resolveSecret(url, variables),
    readUrl: async () => (read === undefined ? null : resolveSecret(read, variables)),
  };
}
