/** The records of the simulated GitHub. Times are ISO 8601 in UTC to the second, as GitHub writes them. */

export type Timestamp = string;
export type Sha = string;

export interface Account {
  readonly id: number;
  readonly nodeId: string;
  login: string;
  name: string | null;
  email: string | null;
  readonly type: 'User' | 'Organization' | 'Bot';
  readonly createdAt: Timestamp;
}

/** Who does something: an account and, where an App's token was used, that App. */
export interface Actor {
  readonly account: Account;
  readonly app: App | null;
}

export interface Membership {
  readonly organisationId: number;
  readonly userId: number;
  readonly role: 'admin' | 'member';
}

export interface Team {
  readonly id: number;
  readonly nodeId: string;
  readonly organisationId: number;
  readonly name: string;
  readonly slug: string;
  readonly memberIds: Set<number>;
  readonly createdAt: Timestamp;
}

/** What somebody may do in a repository, weakest first in {@link ROLES}. */
export type Role = 'none' | 'read' | 'triage' | 'write' | 'maintain' | 'admin';

export const ROLES: readonly Role[] = ['none', 'read', 'triage', 'write', 'maintain', 'admin'];

export interface Repository {
  readonly id: number;
  readonly nodeId: string;
  ownerId: number;
  name: string;
  description: string | null;
  private: boolean;
  archived: boolean;
  hasIssues: boolean;
  defaultBranch: string;
  /** The repository this one is a fork of. */
  readonly parentId: number | null;
  /** The bare repository on disk. */
  readonly directory: string;
  readonly collaborators: Map<number, Role>;
  readonly teamRoles: Map<number, Role>;
  readonly protections: Map<string, BranchProtection>;
  readonly labels: Map<string, Label>;
  /** Logins of e-mail addresses are looked up among all accounts; a push time is kept for `pushed_at`. */
  pushedAt: Timestamp;
  readonly createdAt: Timestamp;
  updatedAt: Timestamp;
  /** The last number given to an issue or a pull request. */
  lastNumber: number;
  mergeMethods: ReadonlySet<MergeMethod>;
}

export interface Label {
  readonly id: number;
  readonly nodeId: string;
  readonly name: string;
  readonly color: string;
  readonly description: string;
}

export interface RequiredCheck {
  readonly context: string;
  /** The App that must have posted it; null for any. */
  readonly appId: number | null;
}

export interface BranchProtection {
  readonly id: number;
  readonly requiredChecks: { readonly strict: boolean; readonly checks: readonly RequiredCheck[] } | null;
  readonly requiredReviews: {
    readonly count: number;
    readonly dismissStale: boolean;
  } | null;
  readonly enforceAdmins: boolean;
  readonly allowForcePushes: boolean;
  readonly allowDeletions: boolean;
  readonly createdAt: Timestamp;
  readonly updatedAt: Timestamp;
}

export interface Issue {
  readonly id: number;
  readonly nodeId: string;
  readonly repositoryId: number;
  readonly number: number;
  title: string;
  body: string | null;
  state: 'open' | 'closed';
  readonly authorId: number;
  readonly viaAppId: number | null;
  labels: string[];
  readonly createdAt: Timestamp;
  updatedAt: Timestamp;
  closedAt: Timestamp | null;
  closedById: number | null;
  /** Only people who may write comment on it. */
  locked: boolean;
}

export type MergeMethod = 'merge' | 'squash' | 'rebase';

/** One side of a pull request. */
export interface PullRequestSide {
  readonly repositoryId: number;
  readonly ref: string;
  readonly sha: Sha;
}

/** Whether the head merges into the base, computed late as GitHub does. */
export type Mergeability =
  | { readonly kind: 'unknown' }
  /** Somebody looked, for this head and base: the next look gets the answer. */
  | { readonly kind: 'asked'; readonly for: string }
  | { readonly kind: 'computed'; readonly mergeable: boolean; readonly head: Sha; readonly base: Sha };

export interface MergeRecord {
  readonly at: Timestamp;
  readonly byId: number;
  /** Null where the commits reached the base some other way. */
  readonly method: MergeMethod | null;
  /** The base branch before and after. */
  readonly before: Sha;
  readonly after: Sha;
}

/** What a pull request has beyond the issue it also is. */
export interface PullRequest {
  readonly id: number;
  readonly nodeId: string;
  readonly issue: Issue;
  head: PullRequestSide;
  base: PullRequestSide;
  draft: boolean;
  mergeability: Mergeability;
  mergeCommitSha: Sha | null;
  merge: MergeRecord | null;
  requestedReviewerIds: Set<number>;
  requestedTeamIds: Set<number>;
}

export type ReviewState = 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED';

export interface Review {
  readonly id: number;
  readonly nodeId: string;
  readonly pullRequestId: number;
  readonly authorId: number;
  body: string;
  state: ReviewState;
  readonly commitId: Sha;
  readonly submittedAt: Timestamp;
  updatedAt: Timestamp;
}

export interface Comment {
  readonly id: number;
  readonly nodeId: string;
  readonly repositoryId: number;
  /** The issue's or pull request's number. */
  readonly number: number;
  readonly authorId: number;
  readonly viaAppId: number | null;
  body: string;
  minimized: string | null;
  readonly createdAt: Timestamp;
  updatedAt: Timestamp;
}

export const REACTIONS = ['+1', '-1', 'laugh', 'confused', 'heart', 'hooray', 'rocket', 'eyes'] as const;
export type ReactionContent = (typeof REACTIONS)[number];

export interface Reaction {
  readonly id: number;
  readonly nodeId: string;
  readonly subject: { readonly kind: 'comment' | 'issue'; readonly id: number };
  readonly authorId: number;
  readonly content: ReactionContent;
  readonly createdAt: Timestamp;
}

export const CHECK_STATUSES = [
  'queued',
  'in_progress',
  'completed',
  'waiting',
  'requested',
  'pending',
] as const;
export type CheckStatus = (typeof CHECK_STATUSES)[number];
export const CHECK_CONCLUSIONS = [
  'action_required',
  'cancelled',
  'failure',
  'neutral',
  'success',
  'skipped',
  'stale',
  'timed_out',
] as const;
export type CheckConclusion = (typeof CHECK_CONCLUSIONS)[number];

export interface CheckSuite {
  readonly id: number;
  readonly nodeId: string;
  readonly repositoryId: number;
  readonly appId: number;
  readonly headSha: Sha;
  readonly headBranch: string | null;
  readonly before: Sha | null;
  readonly createdAt: Timestamp;
  updatedAt: Timestamp;
}

export interface Annotation {
  readonly path: string;
  readonly startLine: number;
  readonly endLine: number;
  readonly startColumn: number | null;
  readonly endColumn: number | null;
  readonly level: 'notice' | 'warning' | 'failure';
  readonly message: string;
  readonly title: string | null;
  readonly rawDetails: string | null;
}

export interface CheckAction {
  readonly label: string;
  readonly description: string;
  readonly identifier: string;
}

export interface CheckRun {
  readonly id: number;
  readonly nodeId: string;
  readonly suiteId: number;
  readonly repositoryId: number;
  readonly appId: number;
  readonly headSha: Sha;
  name: string;
  status: CheckStatus;
  conclusion: CheckConclusion | null;
  detailsUrl: string | null;
  externalId: string;
  startedAt: Timestamp | null;
  completedAt: Timestamp | null;
  title: string | null;
  summary: string | null;
  text: string | null;
  annotations: Annotation[];
  actions: readonly CheckAction[];
}

export interface CommitStatus {
  readonly id: number;
  readonly nodeId: string;
  readonly repositoryId: number;
  readonly sha: Sha;
  readonly state: 'error' | 'failure' | 'pending' | 'success';
  readonly context: string;
  readonly description: string | null;
  readonly targetUrl: string | null;
  readonly creatorId: number;
  readonly createdAt: Timestamp;
}

export interface Deployment {
  readonly id: number;
  readonly nodeId: string;
  readonly repositoryId: number;
  readonly sha: Sha;
  readonly ref: string;
  readonly task: string;
  readonly payload: unknown;
  readonly environment: string;
  readonly description: string | null;
  readonly transient: boolean;
  readonly production: boolean;
  readonly creatorId: number;
  readonly appId: number | null;
  readonly createdAt: Timestamp;
  updatedAt: Timestamp;
}

export const DEPLOYMENT_STATES = [
  'error',
  'failure',
  'inactive',
  'in_progress',
  'queued',
  'pending',
  'success',
] as const;
export type DeploymentState = (typeof DEPLOYMENT_STATES)[number];

export interface DeploymentStatus {
  readonly id: number;
  readonly nodeId: string;
  readonly deploymentId: number;
  readonly state: DeploymentState;
  readonly description: string;
  readonly environment: string;
  readonly logUrl: string;
  readonly environmentUrl: string;
  readonly creatorId: number;
  readonly appId: number | null;
  readonly createdAt: Timestamp;
}

export type Access = 'read' | 'write' | 'admin';
export type Permissions = Readonly<Record<string, Access>>;

export interface App {
  readonly id: number;
  readonly nodeId: string;
  readonly slug: string;
  readonly name: string;
  readonly ownerId: number;
  /** The account of type Bot that acts for the App. */
  readonly botId: number;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly permissions: Permissions;
  readonly events: readonly string[];
  readonly publicKey: string;
  webhookUrl: string | null;
  webhookSecret: string;
  readonly externalUrl: string;
  readonly createdAt: Timestamp;
}

export interface Installation {
  readonly id: number;
  readonly appId: number;
  readonly accountId: number;
  readonly repositorySelection: 'all' | 'selected';
  readonly repositoryIds: Set<number>;
  permissions: Permissions;
  suspendedAt: Timestamp | null;
  readonly createdAt: Timestamp;
  updatedAt: Timestamp;
}

export interface UserToken {
  readonly kind: 'user';
  readonly token: string;
  readonly userId: number;
}

export interface InstallationToken {
  readonly kind: 'installation';
  readonly token: string;
  readonly installationId: number;
  readonly permissions: Permissions;
  /** Null for every repository of the installation. */
  readonly repositoryIds: ReadonlySet<number> | null;
  readonly expiresAt: Date;
}

export type Token = UserToken | InstallationToken;

export interface Delivery {
  readonly id: number;
  readonly guid: string;
  readonly appId: number;
  readonly deliveredAt: Timestamp;
  readonly redelivery: boolean;
  /** Seconds. */
  readonly duration: number;
  readonly status: string;
  readonly statusCode: number;
  readonly event: string;
  readonly action: string | null;
  readonly installationId: number | null;
  readonly repositoryId: number | null;
  readonly url: string;
  readonly requestHeaders: Readonly<Record<string, string>>;
  /** The exact bytes that were signed. */
  readonly payload: string;
  readonly responseHeaders: Readonly<Record<string, string>>;
  readonly responseBody: string;
}
