import type { Activity } from './activity-model.ts';
import type {
  Account,
  App,
  CheckRun,
  CheckSuite,
  Comment,
  CommitStatus,
  Delivery,
  Deployment,
  DeploymentStatus,
  Installation,
  Issue,
  Membership,
  PullRequest,
  Reaction,
  Repository,
  Review,
  Team,
  Token,
} from './model.ts';
import type { MergeGroup, QueueEntry } from './queue-model.ts';
import type { Ruleset } from './ruleset-model.ts';

/** Everything the simulated GitHub knows outside of git, by id. Insertion order is the order of creation. */
export interface Store {
  readonly accounts: Map<number, Account>;
  readonly memberships: Membership[];
  readonly teams: Map<number, Team>;
  readonly repositories: Map<number, Repository>;
  readonly issues: Map<number, Issue>;
  readonly pullRequests: Map<number, PullRequest>;
  readonly reviews: Map<number, Review>;
  readonly comments: Map<number, Comment>;
  readonly reactions: Map<number, Reaction>;
  readonly checkSuites: Map<number, CheckSuite>;
  readonly checkRuns: Map<number, CheckRun>;
  readonly statuses: CommitStatus[];
  readonly deployments: Map<number, Deployment>;
  readonly deploymentStatuses: DeploymentStatus[];
  readonly apps: Map<number, App>;
  readonly installations: Map<number, Installation>;
  readonly tokens: Map<string, Token>;
  readonly deliveries: Map<number, Delivery>;
  /** Apps made from a manifest, waiting to be collected by their one-time code. */
  readonly manifestCodes: Map<string, { readonly app: App; readonly privateKey: string }>;
  /** Old full names of renamed repositories, lower case. */
  readonly formerNames: Map<string, number>;
  readonly rulesets: Map<number, Ruleset>;
  /** Moves of branches, oldest first. */
  readonly activities: Activity[];
  /** In the order of the queues, each branch's own among the others'. */
  readonly queueEntries: QueueEntry[];
  /** In the order in which they stand on one another. */
  readonly mergeGroups: MergeGroup[];
  /** The time that the commits of the last group bear, in milliseconds since 1970; 0 before the first. */
  lastGroupAt: number;
}

export function emptyStore(): Store {
  return {
    accounts: new Map(),
    memberships: [],
    teams: new Map(),
    repositories: new Map(),
    issues: new Map(),
    pullRequests: new Map(),
    reviews: new Map(),
    comments: new Map(),
    reactions: new Map(),
    checkSuites: new Map(),
    checkRuns: new Map(),
    statuses: [],
    deployments: new Map(),
    deploymentStatuses: [],
    apps: new Map(),
    installations: new Map(),
    tokens: new Map(),
    deliveries: new Map(),
    manifestCodes: new Map(),
    formerNames: new Map(),
    rulesets: new Map(),
    activities: [],
    queueEntries: [],
    mergeGroups: [],
    lastGroupAt: 0,
  };
}
