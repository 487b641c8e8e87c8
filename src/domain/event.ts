import type { ParsedCommand } from './command.ts';
import type { MergeGroup } from './merge-group.ts';
import type { RightsScope } from './job.ts';

/** A webhook in Tidegate's words. Only ids and names: state is fetched again by the job. */
export type Event =
  | {
      readonly kind: 'pull-request-changed';
      readonly repositoryId: number;
      readonly pullRequest: number;
      readonly reason: string;
    }
  | { readonly kind: 'labelled'; readonly repositoryId: number; readonly pullRequest: number }
  | { readonly kind: 'rights-changed'; readonly of: RightsScope }
  | { readonly kind: 'reviewed'; readonly repositoryId: number; readonly pullRequest: number }
  | { readonly kind: 'merged'; readonly repositoryId: number; readonly pullRequest: number }
  | {
      readonly kind: 'commented';
      readonly repositoryId: number;
      readonly pullRequest: number;
      readonly isPullRequest: boolean;
      readonly commentId: number;
      readonly actor: string;
      readonly actorIsBot: boolean;
      /** When it was written, by GitHub's clock, as ISO 8601. */
      readonly writtenAt: string;
      readonly commands: readonly ParsedCommand[];
    }
  | {
      readonly kind: 'pushed';
      readonly repositoryId: number;
      readonly branch: string;
      /** The branch's commit before the push; null where it was made by it. */
      readonly before: string | null;
    }
  | {
      readonly kind: 'check-asked';
      readonly repositoryId: number;
      readonly head: string;
      readonly pullRequests: readonly number[];
    }
  /** A merge queue waits for the checks of a group. */
  | { readonly kind: 'merge-group-formed'; readonly repositoryId: number; readonly group: MergeGroup }
  /** Merged, or given up by its queue. */
  | { readonly kind: 'merge-group-destroyed'; readonly repositoryId: number; readonly head: string }
  | { readonly kind: 'repositories-changed'; readonly repositoryIds: readonly number[] };
