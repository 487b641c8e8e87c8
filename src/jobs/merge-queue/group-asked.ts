import type { Hold } from '../../domain/hold.ts';
import type { MergeGroup } from '../../domain/merge-group.ts';
import type { EnvironmentPolicy } from '../../domain/policy.ts';
import type { CodeHost } from '../../ports/code-host.ts';
import type { GroupMember } from '../../report/group-check-reports.ts';
import type { Actual } from '../planning/read-actual.ts';
import type { Setup } from '../setup.ts';

/** A merge group and an environment that takes it. */
export interface GroupAsked {
  readonly host: CodeHost;
  readonly group: MergeGroup;
  readonly setup: Extract<Setup, { kind: 'ready' }>;
  readonly policy: EnvironmentPolicy;
  /** Null where nothing runs: on a default branch that is no environment. */
  readonly actual: Actual | null;
}

/** What a group's checks are to say for an environment. */
export interface GroupVerdict {
  readonly environment: string;
  readonly members: readonly GroupMember[];
  readonly hold: Hold | null;
}
