import type { Severity } from './severity.ts';

/** Something a migration does that can hurt a live database. */
export interface Hazard {
  readonly rule: string;
  readonly severity: Severity;
  readonly migration: string;
  readonly path: string;
  readonly line: number | null;
  /** What happens, in one sentence, with the names of this migration. */
  readonly message: string;
  /** What to write instead, in one sentence. */
  readonly advice: string;
  /** The waiver that lets it pass, where one stands beside the statement. */
  readonly waiver?: Waiver;
}

/** `-- tidegate:allow <rule> until=2026-12-31 reason="…"` beside a statement. */
export interface Waiver {
  readonly rule: string;
  /** The last day on which it holds, as YYYY-MM-DD in UTC. */
  readonly until: string;
  readonly reason: string;
}
