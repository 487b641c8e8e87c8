import type { AuditEntry, AuditQuery, AuditRow } from '../domain/audit.ts';
import type { Contributor, KnownApproval, Person, ReviewedPlan } from '../domain/gate.ts';
import type { Hold } from '../domain/hold.ts';
import type { EnvironmentKey } from '../domain/repository.ts';
import type { WaitingChange } from '../domain/window.ts';
import type {
  StickyPlace,
  PlanRecord,
  ChangeRecord,
  RollbackRecord,
  LastRun,
  MigrationEnd,
  Vouch,
  PastDecision,
  GlassRecord,
  Confirmation,
  WaitingRequest,
  Announcement,
  Push,
  AgreedRules,
  DriftRecord,
} from './record-rows.ts';

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
  /**
   * As `planAt`, the newest that had been made by then: what somebody can have seen who reviewed at that time. Null
   * where that was another environment's, but for those `beside` it, whose plans stand there with its own.
   */
  planSeenAt(
    repositoryId: number,
    pullRequest: number,
    environment: string,
    head: string,
    by: Date,
    beside?: readonly string[],
  ): Promise<PlanRecord | null>;
  /** The newest plan of the pull request, whatever its head: of that environment where one is given, else of any. */
  latestPlan(repositoryId: number, pullRequest: number, environment?: string): Promise<PlanRecord | null>;
  /** The newest plan with that digest of that environment, and of no other that runs the same. */
  planByDigest(key: EnvironmentKey, digest: string): Promise<PlanRecord | null>;

  hold(key: EnvironmentKey): Promise<Hold | null>;
  /** Names of a repository's environments that are on hold. */
  heldEnvironments(repositoryId: number): Promise<readonly string[]>;
  /** Replaces the hold that stands; an alert issue that it has stays its own. */
  setHold(key: EnvironmentKey, hold: Hold): Promise<void>;
  /** Notes the alert issue of the hold that began then; false where that hold has ended, or has one. */
  setHoldIssue(key: EnvironmentKey, since: Date, issue: number): Promise<boolean>;
  /** Says otherwise how the hold that began then can be left; nothing where that has ended. */
  setWaysOut(key: EnvironmentKey, since: Date, waysOut: readonly string[]): Promise<void>;
  /** The hold as it ended; null where there was none. What lay beneath it stands again. */
  endHold(key: EnvironmentKey): Promise<Hold | null>;

  /** The branch commit up to which every change has been dealt with; null before the first. */
  reconciledCommit(key: EnvironmentKey): Promise<string | null>;
  setReconciledCommit(key: EnvironmentKey, commit: string): Promise<void>;
  /** Has the environment looked at as on first sight: all that its branch holds and its target has not is one change. */
  forgetReconciledCommit(key: EnvironmentKey): Promise<void>;

  /** Which database was seen under the environment's address, as `TargetState.identity`; null before the first. */
  targetIdentity(key: EnvironmentKey): Promise<string | null>;
  setTargetIdentity(key: EnvironmentKey, identity: string): Promise<void>;
  /** The environments of a repository under whose address that database was seen last. */
  environmentsAt(repositoryId: number, identity: string): Promise<readonly string[]>;
  /** Which database was seen last under each of a repository's environments, in the order of first sight. */
  seenDatabases(repositoryId: number): Promise<ReadonlyMap<string, string>>;
  /**
   * Has all that is known of the environment `was` be known of another name, with the hold as it reads there; where
   * something is known of that name already, this stays. False where `was` is not known, or not any more.
   */
  takeNewName(was: EnvironmentKey, name: string, hold: Hold | null): Promise<boolean>;

  /** Null before the first comparison. */
  drift(key: EnvironmentKey): Promise<DriftRecord | null>;
  /** Replaces it, but for the issue. */
  setDrift(key: EnvironmentKey, record: Omit<DriftRecord, 'issue'>): Promise<void>;
  setDriftIssue(key: EnvironmentKey, issue: number | null): Promise<void>;
  /** The environments of a repository that have drifted, or whose issue says so still, with what is known of it. */
  drifts(repositoryId: number): Promise<ReadonlyMap<string, DriftRecord>>;
  /** Statements that would take drift away. */
  driftRevert(key: EnvironmentKey): Promise<WaitingRequest | null>;
  /** The one that an environment has; null takes it away. */
  setDriftRevert(key: EnvironmentKey, revert: WaitingRequest | null): Promise<void>;

  /** The branch's commit at which an environment had its turn last, whether it took what there was or not. */
  lookedAt(key: EnvironmentKey): Promise<string | null>;
  setLookedAt(key: EnvironmentKey, commit: string): Promise<void>;

  /** Merged changes that wait for a window to open, in the order in which they will be applied. */
  waitingChanges(key: EnvironmentKey): Promise<readonly WaitingChange[]>;
  /** Replaces all of them. */
  setWaitingChanges(key: EnvironmentKey, changes: readonly WaitingChange[]): Promise<void>;

  /** Keeps it once for each comment; false where that comment has been kept before. */
  breakGlass(record: Omit<GlassRecord, 'id' | 'usedFor' | 'issue' | 'reviewedAt'>): Promise<boolean>;
  /** Newest first. */
  glassOf(key: EnvironmentKey, digest: string): Promise<readonly GlassRecord[]>;
  /** What was said there and has not been reviewed yet: where the issue is, or the pull request. Newest first. */
  unreviewedGlass(repositoryId: number, number: number): Promise<readonly GlassRecord[]>;
  glassSaid(key: EnvironmentKey, commentId: number): Promise<GlassRecord | null>;
  /** Adds what became of it; each of that is found out once, and stays. */
  updateGlass(record: GlassRecord): Promise<void>;

  /** A later one of the same person replaces the earlier. */
  keepConfirmation(confirmation: Confirmation): Promise<void>;
  /** Takes back what somebody confirmed of a plan; false where they had not. */
  withdrawConfirmation(repositoryId: number, digest: string, login: string): Promise<boolean>;
  confirmationsOf(key: EnvironmentKey, digest: string, change: string): Promise<readonly Confirmation[]>;

  /** A `/release` that would run again what was rolled back. */
  releaseRequest(key: EnvironmentKey): Promise<WaitingRequest | null>;
  /** The one that an environment has; null takes it away. */
  setReleaseRequest(key: EnvironmentKey, request: WaitingRequest | null): Promise<void>;

  saveChange(change: ChangeRecord): Promise<void>;
  /** Newest first. */
  changesOf(key: EnvironmentKey): Promise<readonly ChangeRecord[]>;

  /** One there that was left running has failed: an environment has one at a time, in its jobs' order. */
  startRollback(record: Omit<RollbackRecord, 'id'>): Promise<RollbackRecord>;
  /** Updates all but where it is, and the revert pull request, which is found out apart from the rollback itself. */
  updateRollback(record: RollbackRecord): Promise<void>;
  setRevertPullRequest(rollback: number, revertPullRequest: number): Promise<void>;
  /** The newest of that pull request in that environment. */
  rollbackOf(key: EnvironmentKey, pullRequest: number): Promise<RollbackRecord | null>;
  /** The one whose revert that pull request is; null where it is none's. */
  rollbackRevertedBy(key: EnvironmentKey, revertPullRequest: number): Promise<RollbackRecord | null>;

  /** Those that began to take one of these migrations back, or whose revert takes one out, and are over, newest first. */
  rollbacksIn(key: EnvironmentKey, migrations: readonly string[]): Promise<readonly RollbackRecord[]>;

  /** Notes who has a part in a pull request that the App opened, beside whom its commits show. */
  addParts(repositoryId: number, pullRequest: number, people: readonly Contributor[]): Promise<void>;
  partsIn(repositoryId: number, pullRequest: number): Promise<readonly Contributor[]>;

  /** The newest pull request that was opened to bring back just these migrations; null where none was. */
  broughtBack(key: EnvironmentKey, migrations: readonly string[]): Promise<number | null>;
  noteBroughtBack(key: EnvironmentKey, pullRequest: number, migrations: readonly string[]): Promise<void>;

  /** True for the first word for that commit of that pull request; a later one changes nothing. */
  vouch(vouch: Vouch): Promise<boolean>;
  vouchOf(repositoryId: number, pullRequest: number, head: string): Promise<Vouch | null>;

  isCommentClaimed(repositoryId: number, commentId: number): Promise<boolean>;
  /** True for the first caller with that comment, false for every later one. */
  claimComment(repositoryId: number, commentId: number): Promise<boolean>;

  /** The id of the sticky comment of that place on a pull request, once posted. */
  stickyComment(repositoryId: number, pullRequest: number, place: StickyPlace): Promise<number | null>;
  setStickyComment(
    repositoryId: number,
    pullRequest: number,
    place: StickyPlace,
    commentId: number,
  ): Promise<void>;
  /** All of a pull request's, by their places. */
  stickyComments(repositoryId: number, pullRequest: number): Promise<ReadonlyMap<StickyPlace, number>>;
  forgetStickyComment(repositoryId: number, pullRequest: number, place: StickyPlace): Promise<void>;

  /** Forgets which deliveries came before then. */
  forgetDeliveries(before: Date): Promise<void>;

  addAnnouncement(repositoryId: number, payload: unknown): Promise<Announcement>;
  announcement(id: number): Promise<Announcement | null>;
  removeAnnouncement(id: number): Promise<void>;
  /** What has been kept since before then, oldest first. */
  announcementsSince(repositoryId: number, before: Date): Promise<readonly Announcement[]>;

  notePush(push: Push, at: Date): Promise<void>;
  /** The newest 50 to that branch, newest first. */
  pushesTo(repositoryId: number, branch: string): Promise<readonly Push[]>;
  forgetPushes(before: Date): Promise<void>;
  /** Everybody who is known to have pushed one of these commits to that branch. */
  pushersOf(
    repositoryId: number,
    branch: string,
    heads: readonly string[],
  ): Promise<readonly Pick<Push, 'head' | 'login'>[]>;

  /** What was found out about a login after `since`, where the same was asked. */
  keptPerson(repositoryId: number, login: string, asked: string, since: Date): Promise<Person | null>;
  keepPerson(repositoryId: number, person: Person, asked: string, at: Date): Promise<void>;
  forgetPeople(repositoryId: number): Promise<void>;

  /** Whether what was told in that place of a pull request last has that digest. */
  isSaid(repositoryId: number, pullRequest: number, place: string, digest: string): Promise<boolean>;
  noteSaid(repositoryId: number, pullRequest: number, place: string, digest: string): Promise<void>;

  /**
   * The plans that reviews were of when they were heard of first, by the reviews' ids; without a digest where that
   * plan was another environment's, but for those `beside` it: a review of theirs alone is left out.
   */
  seenReviews(
    key: EnvironmentKey,
    pullRequest: number,
    beside?: readonly string[],
  ): Promise<ReadonlyMap<number, ReviewedPlan>>;
  /** Keeps them; of those that were heard of before, what was kept first. */
  noteSeenReviews(
    key: EnvironmentKey,
    pullRequest: number,
    reviews: ReadonlyMap<number, ReviewedPlan>,
  ): Promise<void>;
  knownApprovals(key: EnvironmentKey, pullRequest: number): Promise<readonly KnownApproval[]>;
  /** Replaces them. */
  setKnownApprovals(
    key: EnvironmentKey,
    pullRequest: number,
    approvals: readonly KnownApproval[],
  ): Promise<void>;
  /** Whether that person was asked to look at that plan. */
  isAskedAgain(repositoryId: number, pullRequest: number, login: string, plan: string): Promise<boolean>;
  noteAskedAgain(repositoryId: number, pullRequest: number, login: string, plan: string): Promise<void>;

  /** Null before the repository was first seen. */
  agreedRules(repositoryId: number): Promise<AgreedRules | null>;
  /** Takes the place of those at `before`, null for the first; false where others were agreed to meanwhile. */
  agreeToRules(rules: AgreedRules, before: string | null): Promise<boolean>;

  audit(entry: AuditEntry): Promise<void>;
  /** Whoever had each migration run in each environment last. */
  lastRuns(repositoryId: number): Promise<readonly LastRun[]>;
  /** In the order of writing; read piece by piece, so that a long one needs little memory. */
  auditOf(repositoryId: number, query?: AuditQuery): AsyncIterable<readonly AuditRow[]>;
  /** How each of these ended there last; those of which nothing is known are left out. */
  lastEnds(key: EnvironmentKey, migrations: readonly string[]): Promise<readonly MigrationEnd[]>;
  /** The newest decision of each merged pull request that something of was to run, newest first. */
  decisionsOnMerged(repositoryId: number, limit: number): Promise<readonly PastDecision[]>;
}
