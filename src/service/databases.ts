import type { DatabaseEntry } from '../config/server-config.ts';
import { resolveSecret } from '../config/resolve-secret.ts';
import { environmentId, type Repository } from '../domain/repository.ts';
import type { TargetDatabase } from '../database/target/options.ts';
import type { Variables } from './settings.ts';

/** Which databases belong to which repository. */
export interface Databases {
  /** Grows as repositories are seen; keyed by `environmentId`. */
  readonly addresses: ReadonlyMap<string, TargetDatabase>;
  of(repository: Repository): Promise<readonly DatabaseEntry[]>;
}

/**
 * The databases of the server's configuration. It names repositories by `owner/name`; the first repository of
 * that name that is seen is bound to the entry by its numeric id, for ever: another that takes over the name,
 * after a rename or a transfer, does not get the credentials.
 */
export function createDatabases(
  entries: readonly DatabaseEntry[],
  bind: (name: string, id: number) => Promise<number>,
  variables: Variables,
): Databases {
  const addresses = new Map<string, TargetDatabase>();
  const bound = new Map<string, number>();
  return {
    addresses,
    of: async (repository) => {
      const name = `${repository.owner}/${repository.name}`.toLowerCase();
      if (!bound.has(name) && entries.some((entry) => entry.repository.toLowerCase() === name)) {
        bound.set(name, await bind(name, repository.id));
      }
      const own = entries.filter((entry) => bound.get(entry.repository.toLowerCase()) === repository.id);
      for (const entry of own) {
        const key = environmentId({ repositoryId: repository.id, environment: entry.environment });
        if (!addresses.has(key)) addresses.set(key, addressOf(entry, variables));
      }
      return own;
    },
  };
}

function addressOf({ url, read }: DatabaseEntry, variables: Variables): TargetDatabase {
  return {
    url: () => resolveSecret(url, variables),
    readUrl: async () => (read === undefined ? null : resolveSecret(read, variables)),
  };
}
