import type { Decision } from '../domain/gate.ts';
import type { Hold } from '../domain/hold.ts';
import type { Direction } from '../domain/migration.ts';
import type { Plan } from '../domain/plan.ts';
import type { RulesView } from './rules-view.ts';

/** The facts of a pull request's one comment. */
export interface StickyView {
  readonly repositoryId: number;
  readonly pullRequest: {
    readonly number: number;
    readonly base: string;
    readonly head: string;
    readonly author: string;
  };
  readonly environment: string;
  /** The environment of the same branch that takes it before this one; absent where none does. */
  readonly after?: string;
  /** Whether others share its branch, each with a comment of its own; absent where none does. */
  readonly isShared?: boolean;
  readonly protected: boolean;
  /** Null where none was made before it was merged. */
  readonly plan: Plan | null;
  readonly decision: Decision | null;
  readonly hold: Hold | null;
  /** Approvals that counted once and do not any more, a sentence each. */
  readonly fallen?: readonly string[];
  /** What became of it after the merge; null before. */
  readonly outcome: OutcomeView | null;
  /** What is amiss with how GitHub guards the branch, in sentences; absent where nothing is known to be. */
  readonly guards?: readonly string[];
  /** What it changes in the rules; absent where it changes none. */
  readonly rules?: RulesView;
  /** Address of the page that shows the plan whole. */
  readonly wholeUrl: string | null;
}

/** How an apply or a rollback ended. */
export interface OutcomeView {
  readonly status: 'applied' | 'failed' | 'in-doubt' | 'held' | 'rolled-back' | 'waiting' | 'nothing';
  readonly environment: string;
  readonly commit: string;
  readonly steps: readonly OutcomeStep[];
  /** Why it is held, or what failed, for people. */
  readonly message: string | null;
  /** When it is applied, by the clock of the window's zone; where it waits for that. */
  readonly until?: string | undefined;
  /** The alert issue of what it waits for; where that has one. */
  readonly issue?: number | undefined;
}

export interface OutcomeStep {
  readonly migration: string;
  readonly direction: Direction;
  readonly status: 'done' | 'already' | 'failed' | 'in-doubt';
  readonly durationMs: number | null;
  /** PostgreSQL's own words. */
  readonly error: string | null;
}

/** The answer to "can I merge, and if not, what next". All three are sentences for `prose`. */
export interface Headline {
  readonly mark: string;
  readonly answer: string;
  readonly next: string;
}
