import type { BaselineChoice } from './baseline.ts';
import type { SchemaChange } from './schema-diff.ts';

/** Objects of an environment that may differ from what its history says, for a time. */
export interface IgnoredObjects {
  /** A pattern of names with `*`, as in `audit.*` or `extension pg_stat_statements`. */
  readonly objects: string;
  readonly reason: string;
  /** The last day on which it counts, as YYYY-MM-DD in UTC. */
  readonly until: string;
}

export interface DriftPolicy {
  /** `hold`: an environment that has drifted takes no migrations. */
  readonly policy: 'warn' | 'hold';
  readonly ignore: readonly IgnoredObjects[];
}

/** An object that differs and that the rules leave alone. */
export interface IgnoredChange extends Pick<SchemaChange, 'kind' | 'name' | 'change'> {
  readonly reason: string;
  readonly until: string;
}

/** What PostgreSQL says of who changed an object, and when. */
export interface Trace {
  /** Its name, as in its change. */
  readonly object: string;
  /** Null where the server does not keep it (`track_commit_timestamp`). */
  readonly at: Date | null;
  /** Whose the object is; null where it is whose what migrations make is, and where it is gone. */
  readonly owner: string | null;
  /** Statements with its name; none where the server does not keep them (`pg_stat_statements`). */
  readonly seen: readonly SeenStatement[];
}

/** Statements of one kind by one role. */
export interface SeenStatement {
  /** As in `ALTER TABLE`; never their text. */
  readonly kind: string;
  readonly role: string;
  /** How often. */
  readonly calls: number;
  /** When the first of them was seen, or an earlier one of the same text; null before PostgreSQL 17. */
  readonly since: Date | null;
}

/** What differs between the schema that an environment's history makes and the one that its database has. */
export interface Drift {
  readonly kind: 'drift';
  /** From what the history says to what is. */
  readonly changes: readonly SchemaChange[];
  /** What was done, as DDL, without semicolons. */
  readonly statements: readonly string[];
  /** Changes for which no statement is known. */
  readonly left: readonly Pick<SchemaChange, 'kind' | 'name' | 'change'>[];
  readonly ignored: readonly IgnoredChange[];
  readonly traces: readonly Trace[];
  /** SHA-256 over the changes. */
  readonly digest: string;
}

/** What a comparison came to. */
export type Finding =
  | Drift
  | { readonly kind: 'none'; readonly ignored: readonly IgnoredChange[] }
  /** `why` is a sentence. */
  | { readonly kind: 'not-compared'; readonly why: string };

/**
 * What an environment does about drift. Where its rules do not say, a protected one is held; not where a file of the
 * repository stands for its first migrations: that was written by somebody, and did not run there.
 */
export function driftPolicyOf({
  protected: isProtected,
  baseline,
  drift,
}: {
  readonly protected: boolean;
  readonly baseline?: BaselineChoice | undefined;
  readonly drift?: Partial<DriftPolicy>;
}): DriftPolicy {
  const usual = isProtected && baseline?.kind !== 'file' ? 'hold' : 'warn';
  return { policy: drift?.policy ?? usual, ignore: drift?.ignore ?? [] };
}
