import type { AuditEntry } from '../domain/audit.ts';
import type { Hold } from '../domain/hold.ts';
import type { Plan } from '../domain/plan.ts';
import type { EnvironmentKey } from '../domain/repository.ts';

/** A plan as it was made for one head of one pull request. */
export interface PlanRecord {
  readonly repositoryId: number;
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
  readonly pullRequest: number;
  readonly commentId: number;
  readonly requester: string;
  /** Newest first. */
  readonly migrations: readonly string[];
  /** SHA-256 over the down statements that were previewed; what is confirmed is this. */
  readonly digest: string;
  readonly acceptDataLoss: boolean;
  readonly confirmedBy: readonly string[];
  readonly status: 'awaiting-confirmation' | 'running' | 'done' | 'failed' | 'superseded';
  readonly revertPullRequest: number | null;
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

/** Something GitHub is to be told; kept until it took it. The payload is the job's own business. */
export interface Announcement {
  readonly id: number;
  readonly repositoryId: number;
  readonly payload: unknown;
}

/** Tidegate's own memory, in the control database. */
export interface Records {
  savePlan(record: PlanRecord): Promise<void>;
  /** The newest plan of that head in that environment; where `by` is given, the newest that was made by then. */
  planAt(
    repositoryId: number,
    pullRequest: number,
    environment: string,
    head: string,
  ): Promise<PlanRecord | null>;
  /** As `planAt`, the newest that had been made by then: what somebody can have seen who reviewed at that time. */
  planSeenAt(
    repositoryId: number,
    pullRequest: number,
    environment: string,
    head: string,
    by: Date,
  ): Promise<PlanRecord | null>;
  /** The newest plan of the pull request, whatever its head. */
  latestPlan(repositoryId: number, pullRequest: number): Promise<PlanRecord | null>;
  /** Any plan with that digest, for the page that shows it whole. */
  planByDigest(digest: string): Promise<PlanRecord | null>;

  hold(key: EnvironmentKey): Promise<Hold | null>;
  /** Replaces the hold that stands; an alert issue that it has stays its own. */
  setHold(key: EnvironmentKey, hold: Hold): Promise<void>;
  /** Notes the alert issue of the hold that began then; false where that hold has ended, or has one. */
  setHoldIssue(key: EnvironmentKey, since: Date, issue: number): Promise<boolean>;
  /** The hold as it ended; null where there was none. */
  endHold(key: EnvironmentKey): Promise<Hold | null>;

  /** The branch commit up to which every change has been dealt with; null before the first. */
  reconciledCommit(key: EnvironmentKey): Promise<string | null>;
  setReconciledCommit(key: EnvironmentKey, commit: string): Promise<void>;

  /** Which database was seen under the environment's address, as `TargetState.identity`; null before the first. */
  targetIdentity(key: EnvironmentKey): Promise<string | null>;
  setTargetIdentity(key: EnvironmentKey, identity: string): Promise<void>;

  saveChange(change: ChangeRecord): Promise<void>;
  /** Newest first. */
  changesOf(key: EnvironmentKey): Promise<readonly ChangeRecord[]>;

  startRollback(record: Omit<RollbackRecord, 'id'>): Promise<RollbackRecord>;
  /** Updates all but the revert pull request, which is found out apart from the rollback itself. */
  updateRollback(record: RollbackRecord): Promise<void>;
  setRevertPullRequest(rollback: number, revertPullRequest: number): Promise<void>;
  /** The newest of that pull request in that environment. */
  rollbackOf(key: EnvironmentKey, pullRequest: number): Promise<RollbackRecord | null>;
  /** The newest of the environment. */
  latestRollback(key: EnvironmentKey): Promise<RollbackRecord | null>;

  /** True for the first word for that commit of that pull request; a later one changes nothing. */
  vouch(vouch: Vouch): Promise<boolean>;
  vouchOf(repositoryId: number, pullRequest: number, head: string): Promise<Vouch | null>;

  isCommentClaimed(repositoryId: number, commentId: number): Promise<boolean>;
  /** True for the first caller with that comment, false for every later one. */
  claimComment(repositoryId: number, commentId: number): Promise<boolean>;

  /** The id of the sticky comment on a pull request, once posted. */
  stickyComment(repositoryId: number, pullRequest: number): Promise<number | null>;
  setStickyComment(repositoryId: number, pullRequest: number, commentId: number): Promise<void>;

  /** Forgets which deliveries came before then. */
  forgetDeliveries(before: Date): Promise<void>;

  addAnnouncement(repositoryId: number, payload: unknown): Promise<Announcement>;
  announcement(id: number): Promise<Announcement | null>;
  removeAnnouncement(id: number): Promise<void>;
  /** What has been kept since before then, oldest first. */
  announcementsSince(repositoryId: number, before: Date): Promise<readonly Announcement[]>;

  audit(entry: AuditEntry): Promise<void>;
  auditOf(repositoryId: number): Promise<readonly (AuditEntry & { readonly at: Date })[]>;
  /** The newest decision of each merged pull request that something of was to run, newest first. */
  decisionsOnMerged(repositoryId: number, limit: number): Promise<readonly PastDecision[]>;
}
