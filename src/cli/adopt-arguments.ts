import { databaseUrl, readOptions, text } from './read-options.ts';
import { UsageError } from './terminal.ts';

export interface AdoptArguments {
  readonly url: string;
  /** Null: where the rules say. */
  readonly migrations: string | null;
  /** The repository's file that says where the history stands; null for node-pg-migrate's own settings. */
  readonly rules: string | null;
  /** The commit whose files are what ran. */
  readonly commit: string;
  /** Whether rows are written on the database; else it is only read. */
  readonly record: boolean;
  /** Of the first migration, where one is written. */
  readonly name: string;
}

export const adoptUsage = `tidegate adopt: takes an existing database under Tidegate. It runs nothing there.

  --database URL        the database
  --migrations DIR      the folder of migrations, in its Git repository (default: migrations)
  --rules FILE          the repository's .github/tidegate.yml, where it sets node-pg-migrate's table, schema or others
  --commit REF          the commit whose files are what ran there (default: HEAD)
  --name NAME           what a first migration is called (default: 0001_baseline)
  --record              write down in the database what ran there; without it the database is only read

The database has a history of node-pg-migrate: each of its rows gets the checksum of its file in the commit, so that a
later edit of that file is noticed.

It has none: call it on a folder without migrations, and a first one is written from the database's schema, once it is
proven on a throw-away PostgreSQL to make the same. Commit it, and call again with --record: what the commit's migrations
make is compared with the database, and where it is equal the history says from then on that they ran.

Exit status: 0 done, or nothing to do; 1 the database and the commit do not fit, or it cannot be reached; 2 wrong use.
`;

const options = {
  database: text,
  migrations: text,
  rules: text,
  commit: text,
  name: text,
  record: { type: 'boolean' },
} as const;

/** Reads the arguments of `tidegate adopt`. Throws UsageError. */
export function adoptArguments(args: readonly string[]): AdoptArguments {
  const values = readOptions('adopt', args, options);
  if (values.database === undefined) {
    throw new UsageError('--database URL was expected: the database that is to be adopted.');
  }
  const name = values.name ?? '0001_baseline';
  if (!/^\d+[_-][\w.-]+$/.test(name)) {
    throw new UsageError(
      `--name ${name}: a number, then words, were expected, such as 0001_baseline: node-pg-migrate orders by the number.`,
    );
  }
  return {
    url: databaseUrl('--database', values.database),
    migrations: values.migrations ?? null,
    rules: values.rules ?? null,
    commit: values.commit ?? 'HEAD',
    record: values.record ?? false,
    name,
  };
}
