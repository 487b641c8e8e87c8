/** A check that has to be green before something lands on a branch. */
export interface RequiredCheck {
  readonly context: string;
  /** The App that has to report it; null where any may. */
  readonly appId: number | null;
}

/** Who may pass a guard by, in GitHub's own words and ids. */
export interface Bypass {
  readonly kind: 'administrators' | 'organisation-owners' | 'role' | 'team' | 'app' | 'user' | 'deploy-keys';
  readonly id: number | null;
}

/** One thing that guards a branch on GitHub. All guards of a branch hold together. */
export interface Guard {
  readonly kind: 'protection' | 'ruleset';
  /** Of a ruleset; empty for the branch's classic protection. */
  readonly name: string;
  readonly checks: readonly RequiredCheck[];
  readonly blocksForcePushes: boolean;
  readonly blocksDeletions: boolean;
  /** Whether GitHub dismisses approvals at every push. */
  readonly dismissesStale: boolean;
  /** Null where GitHub does not tell the App. */
  readonly passedBy: readonly Bypass[] | null;
}

/** All that is known of how GitHub guards a branch. */
export interface BranchGuards {
  /** This App's id, which required checks are to be pinned to. */
  readonly appId: number;
  readonly guards: readonly Guard[];
  /** What the App could not look at, each with what it needs for that. */
  readonly unread: readonly { readonly what: string; readonly needs: string }[];
}

export type CheckName = `tidegate / plan (${string})` | `tidegate / gate (${string})`;

/** The two checks of an environment, which a protected one's branch has to require. */
export function checkNames(environment: string): readonly CheckName[] {
  return [`tidegate / plan (${environment})`, `tidegate / gate (${environment})`];
}
