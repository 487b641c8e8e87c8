/** Who did what: a row for every decision and action, never changed afterwards. */
export interface AuditEntry {
  readonly repositoryId: number;
  readonly environment: string | null;
  readonly pullRequest: number | null;
  readonly commit: string | null;
  /** A login, or `tidegate` for what the App does on its own. */
  readonly actor: string;
  readonly action:
    | 'planned'
    | 'gate-decided'
    | 'applied'
    | 'apply-failed'
    | 'apply-in-doubt'
    | 'rolled-back'
    | 'rollback-failed'
    | 'rollback-asked'
    | 'confirmed'
    | 'retried'
    | 'held'
    | 'released'
    | 'adopted'
    | 'vouched'
    | 'promotion-opened'
    | 'flow-down-opened'
    | 'waits-for-window'
    | 'waits-for-turn'
    | 'hold-asked'
    | 'release-asked'
    | 'change-confirmed'
    | 'confirmation-withdrawn'
    | 'rules-agreed'
    | 'environment-renamed'
    | 'glass-broken'
    | 'glass-used'
    | 'glass-reviewed'
    | 'drifted'
    | 'drift-gone'
    | 'drift-asked'
    | 'drift-reverted'
    | 'command'
    | 'command-refused';
  readonly migration: string | null;
  readonly digest: string | null;
  /** Further facts; no secrets, no SQL. */
  readonly detail: Readonly<Record<string, unknown>>;
}

/** A row as it was written, by the control database's clock. */
export type AuditRow = AuditEntry & { readonly id: number; readonly at: Date };

/** Which rows: all that every given part is true of. */
export interface AuditQuery {
  readonly environment?: string | undefined;
  readonly pullRequest?: number | undefined;
  readonly migration?: string | undefined;
  readonly actor?: string | undefined;
  readonly action?: string | undefined;
  /** From then on. */
  readonly since?: Date | undefined;
  /** Before then. */
  readonly until?: Date | undefined;
}
