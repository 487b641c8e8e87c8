import type { ParsedCommand } from './command.ts';

/** A webhook in Tidegate's words. Only ids and names: state is fetched again by the job. */
export type Event =
  | {
      readonly kind: 'pull-request-changed';
      readonly repositoryId: number;
      readonly pullRequest: number;
      readonly reason: string;
    }
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
  | { readonly kind: 'repositories-changed'; readonly repositoryIds: readonly number[] };
