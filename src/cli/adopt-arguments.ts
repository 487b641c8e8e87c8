import { parseArgs } from 'node:util';
import { databaseUrl } from './plan-arguments.ts';
import { UsageError } from './terminal.ts';

export interface AdoptArguments {
  readonly url: string;
  readonly migrations: string;
  /** The commit whose files are what ran. */
  readonly commit: string;
  /** Whether rows are written on the database; else it is only read. */
  readonly record: boolean;
  /** Of the first migration, where one is written. */
  readonly name: string;
}

export const adoptUsage = `tidegate adopt: takes an existing database under Tidegate

  --database URL        the database
  --migrations DIR      the folder of migrations, in its repository (default: migrations)
  --commit REF          the commit whose files are what ran there (default: HEAD)
  --name NAME           what a first migration is called (default: 0001_baseline)
  --record              write the rows; without it the database is only read

A database with a history of node-pg-migrate: each row gets the checksum of its file at the commit, so that a later
edit of it is noticed. A database without one, and a folder without migrations: a first migration is written from its
schema, and proven to make the same on a throw-away PostgreSQL. Commit it, and call again with --record: what the
commit's migrations make is compared with the database once more, and the history then says that they ran.

Exit status: 0 done, or nothing to do; 1 the database and the commit do not fit, or it cannot be reached; 2 wrong use.
`;

/** Reads the arguments of `tidegate adopt`. Throws UsageError. */
export function adoptArguments(args: readonly string[]): AdoptArguments {
  const values = parsed(args);
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
    migrations: values.migrations ?? 'migrations',
    commit: values.commit ?? 'HEAD',
    record: values.record ?? false,
    name,
  };
}

function parsed(args: readonly string[]) {
  const option = { type: 'string' } as const;
  try {
    return parseArgs({
      args: [...args],
      strict: true,
      allowPositionals: false,
      options: {
        database: option,
        migrations: option,
        commit: option,
        name: option,
        record: { type: 'boolean' },
      },
    }).values;
  } catch (error) {
    throw new UsageError(
      `${error instanceof Error ? error.message : String(error)}\ntidegate adopt --help lists the options.`,
    );
  }
}
