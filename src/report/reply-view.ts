import type { CommandName } from '../domain/command.ts';
import type { Decision } from '../domain/gate.ts';
import type { Hold } from '../domain/hold.ts';
import type { Plan } from '../domain/plan.ts';
import type { Subject } from '../domain/policy.ts';
import type { RevertedMigration } from '../domain/promotion.ts';
import type { SchemaChange } from '../domain/schema-diff.ts';
import type { MigrationRow } from '../domain/status.ts';
import type { DriftView } from './drift-view.ts';

/** What a command is answered with. */
export type ReplyView =
  /** `reason` says who may, or what was expected. */
  | { readonly kind: 'refused'; readonly command: CommandName; readonly reason: string }
  /** Not understood; `message` suggests the nearest. */
  | { readonly kind: 'mistake'; readonly line: string; readonly message: string }
  | { readonly kind: 'help' }
  | {
      readonly kind: 'status';
      readonly environments: readonly StatusRow[];
      readonly migrations: readonly MigrationRow[];
      /** That other rules stand on the default branch than decide, as a sentence; absent where none do. */
      readonly rules?: string;
      /** Of the open pull request that it was asked on; absent elsewhere, and where it has no plan. */
      readonly gates?: readonly { readonly environment: string; readonly decision: Decision }[];
    }
  | RollbackPreview
  | {
      readonly kind: 'rollback-refused';
      readonly environment: string;
      /** What was to be taken back, as the beginning of a sentence; its pull request, where it is one's. */
      readonly what: string;
      readonly pullRequest: number | null;
      readonly reasons: readonly string[];
    }
  /** It runs, though the database has drifted and the preview did not say so. */
  | {
      readonly kind: 'rollback-over-drift';
      readonly environment: string;
      /** As of `rollback-refused`. */
      readonly what: string;
      readonly pullRequest: number | null;
      /** What differs, in words. */
      readonly objects: string;
      /** Why it runs all the same, as a sentence. */
      readonly why: string;
    }
  | {
      readonly kind: 'rollback-done';
      readonly environment: string;
      /** Newest first. */
      readonly migrations: readonly string[];
      /** What was taken back before, and its revert takes out as well; newest first. */
      readonly before: readonly string[];
      /** Of the environment. */
      readonly branch: string;
      /** Null where the branch holds none of them any more as they ran. */
      readonly revertPullRequest: number | null;
    }
  | {
      readonly kind: 'rollback-offered';
      readonly environment: string;
      /** What it takes back, newest first. */
      readonly migrations: readonly string[];
      /** Those of them that have no down. */
      readonly withoutDown: readonly string[];
      /** The new migration, and what it runs. */
      readonly path: string;
      readonly statements: readonly string[];
      /** Null where it was only looked at. */
      readonly pullRequest: number | null;
    }
  | {
      readonly kind: 'promotion';
      readonly environment: string;
      readonly from: string;
      /** Null where nothing can be promoted. */
      readonly pullRequest: number | null;
      readonly isNew: boolean;
      readonly migrations: readonly string[];
      /** A sentence for each that stays behind. */
      readonly left: readonly string[];
      /** What brings back what a merge does not; null where there is nothing of the kind. */
      readonly broughtBack: {
        readonly pullRequest: number;
        readonly migrations: readonly RevertedMigration[];
      } | null;
    }
  | { readonly kind: 'retry'; readonly environment: string }
  | {
      readonly kind: 'release';
      readonly environment: string;
      /** What runs now, in that order. */
      readonly pending: readonly string[];
      /** Why the environment is on hold still: somebody had asked for that before; null where it is not. */
      readonly left: string | null;
    }
  | ReleasePreview
  | { readonly kind: 'hold'; readonly environment: string; readonly login: string; readonly why: string }
  | {
      readonly kind: 'glass-broken';
      readonly environment: string;
      readonly login: string;
      readonly why: string;
      readonly isMerged: boolean;
      /** Of what was pushed without a pull request; null where one says which change it is. */
      readonly commit: string | null;
    }
  | { readonly kind: 'glass-reviewed'; readonly environment: string }
  /** `next` is a sentence. */
  | {
      readonly kind: 'change-confirmed';
      readonly environment: string;
      readonly login: string;
      readonly next: string;
    }
  | ({ readonly kind: 'drift' } & DriftView)
  | {
      readonly kind: 'drift-adopting';
      readonly environment: string;
      readonly pullRequest: number;
      readonly path: string;
      readonly statements: readonly string[];
    }
  | ({ readonly kind: 'drift-revert' } & RevertPreview)
  | { readonly kind: 'drift-reverted'; readonly environment: string }
  /** Said on the issue of a drift as it is closed. */
  | { readonly kind: 'drift-gone'; readonly environment: string }
  | {
      /** A `/confirm` that counts, where more are needed. */
      readonly kind: 'confirmation-counted';
      readonly environment: string;
      readonly login: string;
      readonly missing: string;
    }
  | { readonly kind: 'confirmation-withdrawn'; readonly environment: string; readonly login: string }
  /** Said on the revert of a rollback that somebody closed. */
  | {
      readonly kind: 'revert-closed';
      readonly environment: string;
      readonly migrations: readonly string[];
    }
  /** Said on the one that conflicts by now; the number is of the one in its place. */
  | { readonly kind: 'revert-replaced'; readonly environment: string; readonly pullRequest: number }
  /** The answer to who asks for a new one. */
  | { readonly kind: 'revert-renewed'; readonly environment: string; readonly pullRequest: number }
  /** In the place of the comment of an environment that takes the pull request no more. */
  | { readonly kind: 'no-longer-planned'; readonly environment: string }
  /** Said on a pull request that takes down what was taken back since; it brings nothing else where it is closed. */
  | {
      readonly kind: 'flow-down-ended';
      readonly environment: string;
      readonly branch: string;
      readonly migrations: readonly string[];
      readonly isClosed: boolean;
    }
  /** Said on the alert issue as it is closed; `why` is a sentence's second half. */
  | { readonly kind: 'hold-ended'; readonly environment: string; readonly why: string };

/** What would make a database what its history says, and who has to agree. */
export interface RevertPreview {
  readonly environment: string;
  readonly plan: Plan;
  /** What would be lost, one sentence each. */
  readonly losses: readonly string[];
  /** As of a rollback. */
  readonly confirmations: number;
  readonly from: readonly Subject[];
  readonly requester: string;
}

/** What a release would run again, and who has to agree. */
export interface ReleasePreview {
  readonly kind: 'release-preview';
  readonly environment: string;
  readonly pending: readonly string[];
  /** As of a rollback. */
  readonly confirmations: number;
  readonly from: readonly Subject[];
  readonly requester: string;
}

/** What a rollback would run, and who has to agree. */
export interface RollbackPreview {
  readonly kind: 'rollback-preview';
  readonly environment: string;
  /** What is taken back, within a sentence; its pull request, where it is one's. */
  readonly what: string;
  readonly pullRequest: number | null;
  /** Its steps are the downs, newest first. */
  readonly plan: Plan;
  /** What would be lost, one sentence each. */
  readonly losses: readonly string[];
  /** How many others than the requester have to confirm. */
  readonly confirmations: number;
  readonly from: readonly Subject[];
  readonly requester: string;
  /** The command that asks for it, without its flags. */
  readonly command: string;
  readonly dryRun: boolean;
}

/** How one environment stands. */
export interface StatusRow {
  readonly environment: string;
  readonly branch: string;
  readonly protected: boolean;
  /** How many migrations its history holds; null where the database could not be asked. */
  readonly applied: number | null;
  readonly latest: string | null;
  /** In the branch and not in the history. */
  readonly pending: readonly string[];
  readonly hold: Hold | null;
  /** What has run on environments that come later, and not here; each that has some. */
  readonly behind: readonly { readonly environment: string; readonly migrations: readonly string[] }[];
  /** How its schema differs from what its history makes, as of the last comparison; null where nothing was found. */
  readonly drift: {
    readonly objects: readonly Pick<SchemaChange, 'kind' | 'name' | 'change'>[];
    readonly since: Date;
    readonly issue: number | null;
  } | null;
  /** Until when what is pending waits for a window; absent where it does not. */
  readonly waitsUntil?: string | undefined;
  /** The environment of its branch for which what is pending waits, and why; absent where it waits for none. */
  readonly waitsFor?:
    { readonly before: string; readonly why: string; readonly issue: number | null } | undefined;
  /** Why the database could not be asked. */
  readonly unavailable: string | null;
}
