import type { Finding } from '../domain/drift.ts';
import type { Plan } from '../domain/plan.ts';
import type { EnvironmentKey } from '../domain/repository.ts';
import type { Severity } from '../domain/severity.ts';

/** Whose comment it is: null for the environment that its branch's changes come to first, else the name of a later one. */
export type StickyPlace = string | null;

/** A plan as it was made for one head of one pull request. */
export interface PlanRecord {
  readonly repositoryId: number;
  /** 0 for what reached the branch without one. */
  readonly pullRequest: number;
  readonly environment: string;
  readonly head: string;
  /** Tip of the base branch that it was planned against. */
  readonly base: string;
  readonly plan: Plan;
  readonly madeAt: Date;
}

/** What one pull request's merge ran on an environment, and what became of it. */
export interface ChangeRecord {
  readonly repositoryId: number;
  readonly environment: string;
  readonly pullRequest: number | null;
  readonly commit: string;
  readonly digest: string;
  /** Names, in the order of running. */
  readonly migrations: readonly string[];
  readonly status: 'applied' | 'failed' | 'in-doubt' | 'rolled-back';
  readonly at: Date;
}

/** A `/rollback` that was asked for, from its preview to its revert. */
export interface RollbackRecord {
  readonly id: number;
  readonly repositoryId: number;
  readonly environment: string;
  /** The pull request or issue that it was asked on. */
  readonly pullRequest: number;
  /** Whether all that this pull request applied is taken back, or migrations that were named. */
  readonly of: 'pull-request' | 'migrations';
  readonly commentId: number;
  readonly requester: string;
  /** Newest first. */
  readonly migrations: readonly string[];
  /**
   * What was taken back before it, and has no revert of its own: the revert of this one takes it out of the branch as
   * well. Found when it begins; newest first.
   */
  readonly before: readonly string[];
  /** SHA-256 over the down statements that were previewed; what is confirmed is this. */
  readonly digest: string;
  readonly acceptDataLoss: boolean;
  /** The digest of the drift that it is agreed to run over, since people had been told of it; null for none. */
  readonly drift: string | null;
  readonly confirmedBy: readonly string[];
  readonly status: 'awaiting-confirmation' | 'running' | 'done' | 'failed' | 'superseded';
  readonly revertPullRequest: number | null;
}

export interface LastRun {
  readonly environment: string;
  readonly migration: string;
  readonly actor: string;
}

/** How a migration ended in an environment last, by the control database's clock. */
export interface MigrationEnd {
  readonly migration: string;
  readonly action: 'applied' | 'apply-failed' | 'apply-in-doubt' | 'rolled-back';
  readonly pullRequest: number | null;
  readonly digest: string | null;
  readonly at: Date;
}

/** Somebody who may write said that one commit of a stranger's pull request may be run. */
export interface Vouch {
  readonly repositoryId: number;
  readonly pullRequest: number;
  readonly head: string;
  readonly login: string;
  readonly commentId: number;
}

/** How a merged pull request was decided when it came to run. */
export interface PastDecision {
  readonly pullRequest: number;
  readonly environment: string;
  readonly digest: string;
  readonly at: Date;
  readonly status: string;
  readonly message: string;
  /** What the gate knew, in the jobs' own words; null where it was not noted. */
  readonly facts: unknown;
}

/** `/apply --now` as it was said: who let which plan through, and what became of that. */
export interface GlassRecord extends EnvironmentKey {
  readonly id: number;
  /** Null where no pull request brought the change. */
  readonly pullRequest: number | null;
  readonly digest: string;
  readonly login: string;
  readonly why: string;
  /** The pull request or issue where it was said. */
  readonly number: number;
  readonly commentId: number;
  readonly at: Date;
  /** The commit that was applied by it; null before. It lets nothing through a second time. */
  readonly usedFor: string | null;
  /** The issue that asks for a review afterwards, once opened. */
  readonly issue: number | null;
  readonly reviewedAt: Date | null;
}

/** A `/confirm` of a change that nobody had approved, or of one that went round the gate: it counts as a review. */
export interface Confirmation extends EnvironmentKey {
  readonly digest: string;
  /** Which change it is of, as `nameOfChange` has it: the same statements in another one are another matter. */
  readonly change: string;
  readonly login: string;
  /** The issue or pull request where it was said. */
  readonly issue: number;
  /** The worst hazard of that plan; null where it had none. */
  readonly severity: Severity | null;
  readonly at: Date;
}

/** What was asked for and shown, and waits to be confirmed. */
export interface WaitingRequest {
  /** The pull request or issue where it was asked for. */
  readonly number: number;
  readonly commentId: number;
  readonly requester: string;
  /** SHA-256 over what would run, so that nothing else is confirmed. */
  readonly digest: string;
  readonly confirmedBy: readonly string[];
}

/** Something GitHub is to be told; kept until it took it. The payload is the job's own business. */
export interface Announcement {
  readonly id: number;
  readonly repositoryId: number;
  readonly payload: unknown;
}

/** Who pushed what, as a webhook or GitHub's own list told. */
export interface Push {
  /** Of the branch: for a fork its own. */
  readonly repositoryId: number;
  readonly branch: string;
  /** The branch's commit before it; null where it made the branch. */
  readonly before: string | null;
  readonly head: string;
  readonly login: string;
}

/** The rules of a repository that were agreed to last. */
export interface AgreedRules {
  readonly repositoryId: number;
  /** Of the default branch. */
  readonly commit: string;
  /** The files that rule there: what each held, as its SHA-256, by path. */
  readonly files: Readonly<Record<string, string>>;
}

/** What an environment's last comparison with its history came to, and of what it was made. */
export interface DriftRecord {
  /** As `TargetView.fingerprint`. */
  readonly fingerprint: string;
  /** SHA-256 over the history, and over the rules about drift. */
  readonly history: string;
  readonly finding: Finding;
  /** When this drift was first found; of another one anew. */
  readonly since: Date;
  readonly checkedAt: Date;
  /** The issue that tells of it, once opened. */
  readonly issue: number | null;
  /** The digest of the drift that somebody released the environment with; null where nobody did. */
  readonly released: string | null;
}
