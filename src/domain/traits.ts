import type { ReversibilityVerdict } from './plan.ts';
import { severities, type Severity } from './severity.ts';

/** What a change is like: all that a policy's conditions can ask for. */
export interface ChangeTraits {
  /** Each rule that found something, with its severity; waived hazards are among them. */
  readonly hazards: readonly { readonly rule: string; readonly severity: Severity }[];
  /** `schema.table` of what its statements name, or lock for more than reading, without quotes. */
  readonly tables: readonly string[];
  /** Schemas of which it takes every table at once, as `GRANT … ON ALL TABLES IN SCHEMA` does. */
  readonly wholeSchemas: readonly string[];
  /** False where it can do what nobody has seen: what its data says, or what the shadow could not try. */
  readonly isForeseen: boolean;
  /** The most rows that one of those tables holds on the target; null where that is not known. */
  readonly rows: number | null;
  /** Of its migrations, and of the rules that it changes. */
  readonly paths: readonly string[];
  readonly labels: readonly string[];
  /** Teams of the author's, of those that the policy asks about, as `organisation/slug`. */
  readonly authorTeams: readonly string[];
  readonly reversibility: readonly ReversibilityVerdict[];
  /** Its commands in capital letters, as in `DROP TABLE`; null where a statement could not be read. */
  readonly statements: readonly string[] | null;
  /** Whether it brings a waiver of a hazard. */
  readonly bringsWaiver: boolean;
}

/** The worst of a change's hazards, waived or not; null where it has none. */
export function worstOf({ hazards }: Pick<ChangeTraits, 'hazards'>): Severity | null {
  return severities.findLast((severity) => hazards.some((hazard) => hazard.severity === severity)) ?? null;
}
