import type { Hold } from './hold.ts';
import type { EnvironmentPolicy, Subject } from './policy.ts';
import type { Severity } from './severity.ts';
import type { ChangeTraits } from './traits.ts';

/** How somebody took part in a pull request: whoever did cannot approve it. */
export interface Contributor {
  readonly login: string;
  readonly as: 'author' | 'committer' | 'co-author' | 'requester' | 'pusher' | 'glass-breaker';
  /** The commit that shows it; null for who opened or asked for the pull request. */
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
  /** The worst hazard of that plan, waived or not; null where it had none, or no plan is known. */
  readonly severity?: Severity | null;
  readonly submittedAt: Date;
  /** The issue on which it was given by `/confirm`; absent for a review. */
  readonly confirmedOn?: number;
}

/** Whom CODEOWNERS names for a path; empty where nobody owns it. */
export interface OwnedPath {
  readonly path: string;
  readonly owners: readonly Subject[];
}

/** The plan that a review was of. */
export interface ReviewedPlan {
  /** Null where it was another environment's. */
  readonly digest: string | null;
  /** Its worst hazard, waived or not. */
  readonly severity: Severity | null;
}

/** An approval that counted at some decision of a pull request's gate. */
export interface KnownApproval {
  readonly login: string;
  /** Digest of the plan that it was of. */
  readonly plan: string;
  /** Why it does not count any more, as a sentence; null where it counts. */
  readonly fallen: string | null;
}

/** Who had a change go round the gate, and why, as they said it. */
export interface BrokenGlass {
  readonly login: string;
  readonly why: string;
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
  readonly traits: ChangeTraits;
  /** For the paths of `traits`; empty where the policy does not ask for code owners. */
  readonly owners: readonly OwnedPath[];
  /** Whom the policy names and of whom nobody is there; looked up only for a change of the rules that waits. */
  readonly gone?: readonly Subject[];
  /** When its plan grew too old to be approved; null where it has not. */
  readonly expiredAt: Date | null;
  /** The plan's problems in short; a red plan is a red gate. */
  readonly problems: readonly string[];
  /** Empty for what reached the branch without a pull request. */
  readonly head: string;
  readonly contributors: readonly Contributor[];
  /** False where GitHub lists no more commits (over 250), or where a push rewrote the branch: some may be missing. */
  readonly contributorsComplete: boolean;
  readonly reviews: readonly Review[];
  /** One for each login among the reviewers. */
  readonly people: readonly Person[];
  readonly hold: Hold | null;
  /** True where this change ends the hold: its result equals the history, or it replaces what failed. */
  readonly endsHold: boolean;
  /** Who merged it; null before. */
  readonly mergedBy: string | null;
  /** Null where nobody did, or who did may not any more. */
  readonly brokenGlass: BrokenGlass | null;
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
  | 'approval-of-lesser-risk'
  | 'approval-by-merger'
  | 'rule-met'
  | 'rule-not-met'
  | 'plan-expired'
  | 'glass-broken'
  | 'window-open'
  | 'window-shut'
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
  /** What was wanted here, in a few words; absent where nothing was asked for. */
  readonly wanted?: string;
  /** What there is of it. */
  readonly found?: string;
  /** Who could bring what is missing; absent where nothing is. */
  readonly who?: string;
  readonly children: readonly Decision[];
}
