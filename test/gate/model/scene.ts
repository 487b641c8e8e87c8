import type { Severity } from '../../../src/domain/severity.ts';
import type { Written } from './written-policy.ts';

/** An account; teams by their slug, all of the organisation `acme`. */
export interface Somebody {
  readonly role: string;
  readonly teams: readonly string[];
  readonly isBot: boolean;
}

export interface Commit {
  readonly author: string;
  readonly committer: string;
  readonly coAuthors: readonly string[];
  /** A merge that only brings the base branch in, as "Update branch" makes it. */
  readonly isUpdate: boolean;
}

/** A review, by what it was of: what would have run then, and how risky that was known to be. */
export interface Said {
  readonly by: string;
  readonly what: 'approved' | 'changes-requested' | 'commented';
  readonly isDismissed: boolean;
  /** Null where no plan stood. */
  readonly of: string | null;
  readonly risk: Severity | null;
}

/** The hazard that stands for each severity. */
export const ruleOf: Readonly<Record<Severity, string>> = {
  low: 'invalid-waiver',
  medium: 'rename-table',
  high: 'drop-table',
};

/** What the pull request would run, and what it is like. */
export interface Change {
  /** Equal where what would run is equal. */
  readonly content: string;
  readonly steps: number;
  readonly changesRules: boolean;
  readonly bringsWaiver: boolean;
  readonly hazards: readonly { readonly rule: string; readonly severity: Severity }[];
  readonly tables: readonly string[];
  readonly rows: number | null;
  readonly paths: readonly string[];
  readonly reversibility: readonly ('proven' | 'lossy' | 'irreversible' | 'unproven')[];
  readonly statements: readonly string[] | null;
  readonly isRed: boolean;
}

/** One pull request and everybody around it: all that the decision may depend on. */
export interface Scene {
  readonly people: Readonly<Record<string, Somebody>>;
  /** What holds for each environment. */
  readonly written: Readonly<Record<string, Written>>;
  /** The environment that it goes to. */
  readonly base: string;
  readonly author: string;
  readonly change: Change;
  readonly labels: readonly string[];
  /** False where GitHub lists no more of them. */
  readonly areCommitsListed: boolean;
  readonly commits: readonly Commit[];
  /** Who last pushed anything that is no "Update branch"; null where that is not known. */
  readonly pushedBy: string | null;
  readonly said: readonly Said[];
  readonly mergedBy: string | null;
  readonly isExpired: boolean;
  readonly isHeld: boolean;
  readonly endsHold: boolean;
  readonly brokeGlass: string | null;
  /** Who had it let through, and what would have run then. */
  readonly glass?: readonly { readonly by: string; readonly of: string }[];
}

const order: readonly (Severity | null)[] = [null, 'low', 'medium', 'high'];

/** Which is how bad: from 0 for no hazard at all to 3. */
export function rank(severity: Severity | null): number {
  return order.indexOf(severity);
}

/** The worst that was found in a change, waived or not. */
export function riskOf({ hazards }: Change): Severity | null {
  return hazards.reduce<Severity | null>(
    (worst, { severity }) => (rank(severity) > rank(worst) ? severity : worst),
    null,
  );
}

/** What would run, and where. */
export function wouldRun({ base, change }: Pick<Scene, 'base' | 'change'>): string {
  return `${base}: ${change.content}`;
}
