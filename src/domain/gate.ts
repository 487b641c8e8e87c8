import type { Hold } from './hold.ts';
import type { EnvironmentPolicy } from './policy.ts';

/** How somebody took part in a pull request: whoever did cannot approve it. */
export interface Contributor {
  readonly login: string;
  readonly as: 'author' | 'committer' | 'co-author' | 'requester';
  /** The commit that shows it; null for the author and the requester. */
  readonly commit: string | null;
}

/** A review as GitHub has it, in the order of submission. */
export interface Review {
  readonly id: number;
  readonly login: string;
  readonly isBot: boolean;
  readonly state: 'approved' | 'changes-requested' | 'commented' | 'dismissed';
  /** The head that was reviewed; null where GitHub no longer says. */
  readonly commit: string | null;
  /** Digest of the plan at that head; null where no plan of it is known. */
  readonly digest: string | null;
  readonly submittedAt: Date;
}

/** What a person may do, from fresh facts. */
export interface Person {
  readonly login: string;
  /** GitHub's `role_name` on the repository. */
  readonly role: string;
  /** Teams that the policy names and the person is an active member of, as `organisation/slug`. */
  readonly teams: readonly string[];
}

/** All that the gate may ask, fetched before it decides. */
export interface GateFacts {
  readonly policy: EnvironmentPolicy;
  readonly digest: string;
  readonly stepCount: number;
  /** Whether it changes the configuration: that needs approval, also where nothing runs. */
  readonly changesRules: boolean;
  /** The plan's problems in short; a red plan is a red gate. */
  readonly problems: readonly string[];
  readonly head: string;
  readonly contributors: readonly Contributor[];
  /** False where GitHub lists no more commits (over 250), so that contributors may be missing. */
  readonly contributorsComplete: boolean;
  readonly reviews: readonly Review[];
  /** One for each login among the reviewers. */
  readonly people: readonly Person[];
  readonly hold: Hold | null;
  /** True where this change ends the hold: its result equals the history, or it replaces what failed. */
  readonly endsHold: boolean;
}

export type DecisionStatus = 'allowed' | 'waiting' | 'refused';

/** Closed list of why a node is as it is. */
export type DecisionCode =
  | 'nothing-to-run'
  | 'not-protected'
  | 'plan-red'
  | 'on-hold'
  | 'ends-hold'
  | 'enough-approvals'
  | 'too-few-approvals'
  | 'changes-requested'
  | 'approval-counts'
  | 'approval-by-contributor'
  | 'approval-by-bot'
  | 'approval-without-right'
  | 'approval-of-another-plan'
  | 'approval-dismissed'
  | 'contributors-unknown'
  | 'allowed'
  | 'waiting'
  | 'refused';

/** A decision is a tree: what was wanted, what was found, who could satisfy it. */
export interface Decision {
  readonly status: DecisionStatus;
  readonly code: DecisionCode;
  /** One sentence, plain text. */
  readonly message: string;
  readonly children: readonly Decision[];
}
