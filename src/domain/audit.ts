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
    | 'waits-for-window'
    | 'hold-asked'
    | 'release-asked'
    | 'change-confirmed'
    | 'rules-agreed'
    | 'glass-broken'
    | 'glass-used'
    | 'glass-reviewed'
    | 'command'
    | 'command-refused';
  readonly migration: string | null;
  readonly digest: string | null;
  /** Further facts; no secrets, no SQL. */
  readonly detail: Readonly<Record<string, unknown>>;
}
