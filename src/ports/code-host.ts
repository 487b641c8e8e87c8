import type { BranchGuards, Bypass, CheckName } from '../domain/branch-guards.ts';
import type { GuardingRuleset } from '../domain/guarding-ruleset.ts';
import type { Contributor, Person, Review } from '../domain/gate.ts';
import type { MergeGroup } from '../domain/merge-group.ts';
import type { Subject } from '../domain/policy.ts';
import type { Repository } from '../domain/repository.ts';
import type { TreeReader } from './tree.ts';

export interface PullRequest {
  readonly number: number;
  /** GraphQL id. */
  readonly nodeId: string;
  readonly title: string;
  readonly author: string;
  readonly authorIsBot: boolean;
  /**
   * Whether GitHub calls the author a stranger to the repository. It does so of private members too: what somebody may
   * do is asked by `person`.
   */
  readonly authorIsNewcomer: boolean;
  readonly state: 'open' | 'closed' | 'merged';
  readonly draft: boolean;
  readonly head: string;
  readonly headBranch: string;
  /** Of the repository that the head branch is in; null where that is gone. */
  readonly headRepositoryId: number | null;
  readonly fromFork: boolean;
  /** Branch it would merge into. */
  readonly base: string;
  /** Tip of the base branch when GitHub was asked. */
  readonly baseCommit: string;
  /** Before the merge: the test merge's commit, where GitHub has made one of this head. After: the commit that landed. */
  readonly mergeCommit: string | null;
  /** False where it conflicts; null where GitHub does not know yet. */
  readonly mergeable: boolean | null;
  readonly mergedBy: string | null;
  readonly labels: readonly string[];
  /** Reviews of any kind; null where it was not said. */
  readonly reviewCount: number | null;
  /** All of them, as `CodeHost.reviews` gives them; absent where they are asked for apart. */
  readonly reviews?: readonly Review[];
  /** How many commits it has by GitHub's count; absent where it was not said. */
  readonly commitCount?: number;
  /** When anything about it last changed, in whole seconds of GitHub's clock; absent where it was not said. */
  readonly updatedAt?: Date;
}

/** What a pull request's contributors depend on, as it was just found. */
export type Span = Pick<PullRequest, 'head' | 'baseCommit' | 'author' | 'commitCount'>;

/** A commit on a branch, with what landed it. */
export interface BranchCommit {
  readonly sha: string;
  readonly firstParent: string | null;
  readonly author: string | null;
  readonly message: string;
}

/** A pull request in a merge queue: the commits after `base` up to `head`, along first parents, are its own. */
export interface QueuedCommits {
  readonly pullRequest: number;
  readonly base: string;
  readonly head: string;
  /** Who put it into the queue; null where GitHub does not say. */
  readonly enqueuer: string | null;
}

export interface CheckAnnotation {
  readonly path: string;
  readonly line: number;
  readonly level: 'notice' | 'warning' | 'failure';
  readonly title: string;
  readonly message: string;
}

export interface CheckReport {
  readonly name: CheckName;
  readonly head: string;
  readonly conclusion: 'success' | 'failure' | 'action_required' | 'cancelled';
  readonly title: string;
  /** Markdown, within GitHub's limits. */
  readonly summary: string;
  readonly text?: string;
  readonly annotations: readonly CheckAnnotation[];
  readonly actions: readonly {
    readonly label: string;
    readonly description: string;
    readonly identifier: string;
  }[];
  readonly detailsUrl?: string;
}

/** A check that is still being worked on. */
export type CheckProgress = Pick<CheckReport, 'name' | 'head' | 'title' | 'summary'>;

export interface DeploymentReport {
  readonly environment: string;
  readonly commit: string;
  readonly state: 'queued' | 'in_progress' | 'success' | 'failure' | 'error' | 'inactive';
  /** At most 140 characters. */
  readonly description: string;
  readonly production: boolean;
  readonly logUrl?: string;
}

export type Reaction = 'eyes' | 'rocket' | 'confused';

/** What became of a ruleset that was to guard a branch; `tookOff` are those who passed it by, and do no more. */
export type Guarded =
  | { readonly kind: 'made' }
  | { readonly kind: 'changed'; readonly tookOff: readonly Bypass[] }
  | { readonly kind: 'out-of-reach' };

export interface Contributors {
  readonly people: readonly Contributor[];
  readonly complete: boolean;
  /**
   * The newest commit that somebody wrote something in, then the merges after it that only bring the base branch in,
   * up to the head; empty where the head is not among the commits.
   */
  readonly heads: readonly string[];
}

/** What a file is to hold: text, or what an object of this repository does; null takes it away. */
export type FileChange = string | { readonly blob: string } | null;

/** The conversation of an issue or pull request is locked: no App comments there. */
export class ConversationLocked extends Error {
  override readonly name = 'ConversationLocked';
}

/** GitHub, for one repository, in Tidegate's words. Every answer is fresh. */
export interface CodeHost extends TreeReader {
  readonly repository: Repository;

  /** Tip of a branch; null where it does not exist. */
  branchHead(branch: string): Promise<string | null>;
  /** A file's bytes at a commit or branch; null where it is not there. Symlinks are not followed. */
  readFile(ref: string, path: string): Promise<Uint8Array | null>;
  /** First-parent commits after `after` up to `until`, oldest first; null where `after` is no first-parent ancestor. */
  firstParentCommits(after: string, until: string): Promise<readonly BranchCommit[] | null>;
  commit(sha: string): Promise<BranchCommit | null>;
  /** Merge base of two commits. */
  mergeBase(a: string, b: string): Promise<string | null>;

  pullRequest(number: number): Promise<PullRequest | null>;
  openPullRequests(base?: string): Promise<readonly PullRequest[]>;
  /** Merged pull requests into `base` that brought this commit there. */
  mergedPullRequestsOf(commit: string, base: string): Promise<readonly PullRequest[]>;
  /**
   * Everyone who wrote in it, "Update branch" merges left out; `complete` is false where GitHub lists no more. With
   * `span`, what was found out before for the same head and base is enough: commits never change, only logins do.
   */
  contributors(number: number, span?: Span): Promise<Contributors>;
  /** The same of what a push brought: the commits that `until` has and `after` has not. */
  contributorsBetween(
    after: string,
    until: string,
  ): Promise<{ readonly people: readonly Contributor[]; readonly complete: boolean }>;
  /** The last pushes to a branch of this repository and merges into it, newest first, a hundred at most, as GitHub lists them. */
  pushes(
    branch: string,
  ): Promise<readonly { readonly before: string | null; readonly head: string; readonly login: string }[]>;
  /** Reviews in order of submission; `digest` is filled by the caller, null here. */
  reviews(number: number): Promise<readonly Review[]>;
  /** Asks somebody to review; nothing happens where they cannot be asked. */
  requestReview(number: number, login: string): Promise<void>;
  /** The same of a team of the repository's organisation. */
  requestTeamReview(number: number, slug: string): Promise<void>;
  /** Role and the teams among `subjects` for one login, asked anew. */
  person(login: string, subjects: readonly Subject[]): Promise<Person>;
  /** The same, by one question where GitHub answers it. */
  reviewer(login: string, subjects: readonly Subject[]): Promise<Person>;
  /** Logins of a team's members; null where the App may not see it, or there is none. */
  members(team: Extract<Subject, { kind: 'team' }>): Promise<readonly string[] | null>;

  /** The groups of all merge queues that stand now. */
  mergeGroups(): Promise<readonly MergeGroup[]>;
  /** Which commits would land which pull request, as the branch's merge queue says; empty where it says nothing. */
  queuedCommits(base: string): Promise<readonly QueuedCommits[]>;

  /** How GitHub guards a branch, and what of that the App may not look at. */
  branchGuards(branch: string): Promise<BranchGuards>;
  /** Makes the ruleset, or changes the one of its name; what others added to that stays, but for what weakens it. */
  guardBranch(ruleset: GuardingRuleset): Promise<Guarded>;

  /** Creates a check run of that name and head, or completes the one that this host showed as running. */
  reportCheck(report: CheckReport): Promise<void>;
  /** Shows a check as running and how far it is, until this host reports it. */
  reportProgress(progress: CheckProgress): Promise<void>;
  /** Completes as cancelled what of this App's checks still runs on that head. */
  cancelChecks(head: string, title: string, summary: string): Promise<void>;
  /** Whether this App has completed checks of both names on that head. */
  hasChecks(head: string, names: readonly CheckName[]): Promise<boolean>;

  /** When this App first showed a check of that name on that head, by GitHub's clock; null where it never did. */
  firstShown(head: string, name: CheckName): Promise<Date | null>;

  /** Posts a comment; returns its id. */
  comment(number: number, body: string): Promise<number>;
  /** Replaces the App's own comment. False where it is gone or is not the App's. */
  updateComment(commentId: number, body: string): Promise<boolean>;
  /** The App's own comment that holds `marker`, where there is one. */
  findComment(number: number, marker: string): Promise<number | null>;
  react(commentId: number, reaction: Reaction): Promise<void>;

  reportDeployment(report: DeploymentReport): Promise<void>;
  setStatus(
    commit: string,
    state: 'success' | 'failure' | 'pending' | 'error',
    context: string,
    description: string,
  ): Promise<void>;

  /** Whether an issue of the App's own stands open. */
  isIssueOpen(number: number): Promise<boolean>;
  /** Replaces title and body of an open issue of the App's own; false where it is closed or gone. */
  updateIssue(number: number, title: string, body: string): Promise<boolean>;
  /** The number of the new issue; null where the repository has its issues turned off. */
  openIssue(title: string, body: string): Promise<number | null>;
  closeIssue(number: number): Promise<void>;

  /** GitHub's own revert of a merged pull request; null where it cannot make one (a conflict). */
  revertPullRequest(pullRequest: PullRequest, title: string, body: string): Promise<number | null>;
  /**
   * Merges the base branch into an open pull request's branch, as "Update branch" does; nothing happens where its head
   * is no longer that one, or GitHub does not let the App (a conflict, a workflow file that changed on the base).
   */
  updateBranch(pullRequest: Pick<PullRequest, 'number' | 'head'>): Promise<void>;
  /**
   * A pull request into `base` of one commit that changes exactly these files, on a branch of the App's own: what they
   * hold then, by path. Asked for again, it is the same pull request, brought up to date.
   */
  changeFiles(
    base: string,
    branch: string,
    files: Readonly<Record<string, FileChange>>,
    title: string,
    body: string,
  ): Promise<number>;
  /** The same of a commit that is there already. */
  proposeCommit(base: string, branch: string, commit: string, title: string, body: string): Promise<number>;
}

/** All repositories that the App is installed on. */
export interface CodeHosts {
  /** Null where the App is not installed there (any more), or is suspended. */
  forRepository(repositoryId: number): Promise<CodeHost | null>;
  /** The same by what was found out within the last hour, for who asks for an open pull request next, which tells. */
  recently(repositoryId: number): Promise<CodeHost | null>;
  repositories(): Promise<readonly Repository[]>;
  /** The App's own login, e.g. `tidegate[bot]`. */
  appLogin(): Promise<string>;
}
