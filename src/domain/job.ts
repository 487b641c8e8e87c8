import type { ParsedCommand, TargetCommand } from './command.ts';
import type { MergeGroup } from './merge-group.ts';

/** Where people's rights have changed. */
export type RightsScope = { readonly repositoryId: number } | { readonly organisation: string };

/** A unit of work. Jobs of one key run one at a time, in order (see `jobKey`). */
export type Job =
  | {
      readonly kind: 'plan';
      readonly repositoryId: number;
      readonly pullRequest: number;
      readonly reason: string;
      /** The comments that asked for it, and those that asked for the plans that it replaces. */
      readonly commentIds?: readonly number[] | undefined;
    }
  | {
      readonly kind: 'gate';
      readonly repositoryId: number;
      readonly pullRequest: number;
      readonly reason: string;
      /** Whether what is known of people is not to be believed any more. */
      readonly anew?: boolean | undefined;
    }
  /** Plan and decide the pull requests of a merge queue's group, and report its checks. */
  | { readonly kind: 'merge-group'; readonly repositoryId: number; readonly group: MergeGroup }
  /** The group is no more: whatever still works on it is cancelled, and checks that it left open are closed. */
  | { readonly kind: 'merge-group-gone'; readonly repositoryId: number; readonly head: string }
  /** What is known of people is forgotten, and every gate that leaned on it decided again. */
  | { readonly kind: 'rights'; readonly of: RightsScope }
  /** Bring an environment's target to what its branch wants. */
  | {
      readonly kind: 'reconcile';
      readonly repositoryId: number;
      readonly environment: string;
      readonly reason: string;
    }
  /** Open the promotion pull request into an environment's branch, or bring it up to date, as its rules say. */
  | {
      readonly kind: 'promote';
      readonly repositoryId: number;
      readonly environment: string;
      /** Whether it was put off until what had run had soaked. */
      readonly isLater?: boolean | undefined;
    }
  | {
      readonly kind: 'command';
      readonly repositoryId: number;
      readonly pullRequest: number;
      readonly isPullRequest: boolean;
      readonly commentId: number;
      readonly actor: string;
      /** When the comment was written, by GitHub's clock, as ISO 8601; absent from a job of an older version. */
      readonly writtenAt?: string | undefined;
      readonly commands: readonly ParsedCommand[];
    }
  /** A command that touches a target, its rights already checked: runs in the environment's order. */
  | {
      readonly kind: 'act';
      readonly repositoryId: number;
      readonly environment: string;
      readonly pullRequest: number;
      readonly commentId: number;
      readonly actor: string;
      /** As of the command's own job. */
      readonly writtenAt?: string | undefined;
      readonly command: TargetCommand;
    }
  /** A push: which environments and which open pull requests it touches is found out by the job. */
  | {
      readonly kind: 'push';
      readonly repositoryId: number;
      readonly branch: string;
      readonly before: string | null;
    }
  /** Tell GitHub what has happened; retried until GitHub takes it, and in order where it is about the same. */
  | {
      readonly kind: 'announce';
      readonly repositoryId: number;
      readonly announcement: number;
      readonly about: string;
    }
  /** Look whether an environment's database is still what its history says. */
  | { readonly kind: 'drift'; readonly repositoryId: number; readonly environment: string }
  /** Make the shadow ready that the next plan on an environment starts from. */
  | { readonly kind: 'warm'; readonly repositoryId: number; readonly environment: string }
  /**
   * Look for what was missed: pull requests without our checks, environments behind their branch; and where the
   * service is `starting`, have every environment's shadow made ready.
   */
  | {
      readonly kind: 'sweep';
      readonly repositoryId: number | null;
      readonly starting?: boolean | undefined;
    };

export type JobKind = Job['kind'];

/** What a job waits its turn behind: the pull request, the group's head, the environment, or the repository. */
export function jobKey(job: Job): string {
  switch (job.kind) {
    case 'plan':
    case 'gate':
    case 'command':
      return `pull/${job.repositoryId}/${job.pullRequest}`;
    case 'merge-group':
      return `group/${job.repositoryId}/${job.group.head}`;
    case 'merge-group-gone':
      return `group/${job.repositoryId}/${job.head}`;
    case 'reconcile':
    case 'promote':
    case 'act':
    case 'drift':
      return `environment/${job.repositoryId}/${job.environment}`;
    case 'push':
      return `push/${job.repositoryId}/${job.branch}`;
    case 'announce':
      return `announce/${job.repositoryId}/${job.about}`;
    case 'rights':
      return 'repositoryId' in job.of
        ? `rights/${job.of.repositoryId}`
        : `rights/of/${job.of.organisation.toLowerCase()}`;
    case 'warm':
      return `warm/${job.repositoryId}/${job.environment}`;
    case 'sweep':
      return `sweep/${job.repositoryId ?? 'all'}`;
  }
}
