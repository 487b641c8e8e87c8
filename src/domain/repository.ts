/** A repository as Tidegate knows it: by GitHub's numeric id, since its name and owner can change. */
export interface Repository {
  readonly id: number;
  readonly owner: string;
  readonly name: string;
  readonly defaultBranch: string;
  readonly archived: boolean;
  readonly installationId: number;
}

/** One environment of one repository: what jobs are ordered by and what a database belongs to. */
export interface EnvironmentKey {
  readonly repositoryId: number;
  readonly environment: string;
}

/** The environment as one string, for queue keys and log lines. */
export function environmentId(key: EnvironmentKey): string {
  return `${key.repositoryId}/${key.environment}`;
}
