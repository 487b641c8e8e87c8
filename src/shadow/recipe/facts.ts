/** What is known of a server that somebody else set up for throw-away databases. */
export interface ServerFacts {
  /** As in `server_version_num`, e.g. 160004. */
  readonly versionNumber: number;
  readonly isReplica: boolean;
  readonly admin: RoleFacts;
  /** Null where it was not made yet: the first start makes it, without any right. */
  readonly baseOwner: RoleFacts | null;
  /** Logins of plans that are under way, or were left. */
  readonly planLogins: readonly RoleFacts[];
  readonly databases: readonly DatabaseFacts[];
  /** Null where the administrator may not look. */
  readonly clientRules: readonly ClientRule[] | null;
  readonly settings: SettingFacts;
}

export interface RoleFacts {
  readonly name: string;
  readonly superuser: boolean;
  readonly createRole: boolean;
  readonly createDatabase: boolean;
  readonly replication: boolean;
  readonly bypassRowSecurity: boolean;
  readonly login: boolean;
  /** PostgreSQL's own roles that it is a member of, directly or not. */
  readonly predefinedRoles: readonly string[];
}

export interface DatabaseFacts {
  readonly name: string;
  readonly owner: string;
  /** Whether it carries our name and our mark. */
  readonly isOurs: boolean;
  /** Whether it is the one in the URL. */
  readonly isCurrent: boolean;
  readonly allowsConnections: boolean;
  /** Whether everybody may connect to it. */
  readonly publicConnects: boolean;
}

/** A line of pg_hba.conf. */
export interface ClientRule {
  readonly line: number;
  readonly databases: readonly string[];
  readonly users: readonly string[];
  readonly address: string | null;
  readonly method: string;
}

export interface SettingFacts {
  readonly fsync: boolean;
  readonly autovacuum: boolean;
  /** In kilobytes; -1 for any. */
  readonly temporaryFileLimit: number;
  /** Whether the administrator may set that limit for a plan's login. */
  readonly mayLimitTemporaryFiles: boolean;
}
