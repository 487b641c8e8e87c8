/** How one migration stands in one environment. */
export interface MigrationPlace {
  readonly state:
    /** It ran, and the branch holds it. */
    | 'applied'
    /** It ran, and the branch does not hold it. */
    | 'not-in-branch'
    /** The branch holds it, and it has not run yet. */
    | 'pending'
    /** As pending, on an environment that is on hold. */
    | 'held';
  /** When it ran; null where it has not. */
  readonly at: Date | null;
  /** Who had it run; null where it has not, or where it ran before Tidegate. */
  readonly by: string | null;
  readonly pullRequest: number | null;
}

/** One migration in every environment. */
export interface MigrationRow {
  readonly migration: string;
  /** By environment; one that knows nothing of it is left out. */
  readonly places: Readonly<Record<string, MigrationPlace>>;
}

/** What one environment knows of migrations: what ran there, and what its branch holds. */
export interface EnvironmentMigrations {
  readonly environment: string;
  readonly isHeld: boolean;
  readonly ran: ReadonlyMap<string, Omit<MigrationPlace, 'state'>>;
  /** Names, in the folder's order. */
  readonly wanted: ReadonlySet<string>;
}

/** Every migration that any environment knows of, by name, each with how it stands where. */
export function migrationRows(environments: readonly EnvironmentMigrations[]): readonly MigrationRow[] {
  const names = new Set(environments.flatMap(({ ran, wanted }) => [...ran.keys(), ...wanted]));
  return [...names].toSorted().map((migration) => ({
    migration,
    places: Object.fromEntries(
      environments.flatMap((one): [string, MigrationPlace][] => {
        const place = placeIn(one, migration);
        return place === null ? [] : [[one.environment, place]];
      }),
    ),
  }));
}

function placeIn({ isHeld, ran, wanted }: EnvironmentMigrations, migration: string): MigrationPlace | null {
  const run = ran.get(migration);
  const isWanted = wanted.has(migration);
  if (run !== undefined) return { state: isWanted ? 'applied' : 'not-in-branch', ...run };
  if (!isWanted) return null;
  return { state: isHeld ? 'held' : 'pending', at: null, by: null, pullRequest: null };
}
