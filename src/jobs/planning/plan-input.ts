import type { RecordedMigration } from '../../domain/history.ts';
import type { MigrationSettings } from '../../domain/migration.ts';
import type { Problem } from '../../domain/problem.ts';
import type { Sandbox } from '../../migrations/sandbox/sandbox.ts';
import type { ContentCache } from '../../ports/cache.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { Tree, TreeReader } from '../../ports/tree.ts';
import type { ShadowServers } from '../../shadow/shadow-servers.ts';
import type { FindStart } from './baseline-start.ts';
import type { PlanMemory } from './plan-memory.ts';

/** All that a plan is made from. */
export interface PlanInput {
  readonly environment: string | null;
  /** All of the repository's; absent where they are not known. */
  readonly environments?: readonly string[];
  /** For the lines that people copy; null where there is none. */
  readonly baseBranch: string | null;
  readonly settings: MigrationSettings;
  /** The migrations folder as the change would leave it. */
  readonly desired: Tree;
  /** The migrations folder without the change. */
  readonly base: Tree;
  readonly reader: Pick<TreeReader, 'read'>;
  /** What the target's history says; null where no target is asked and the base counts as applied. */
  readonly actual: readonly RecordedMigration[] | null;
  /** The target's, as in `server_version_num`; null where none is asked. The shadow is of the same where it can be. */
  readonly versionNumber: number | null;
  /** Roles of the target; those that the migrations name are stood in for on the shadow. */
  readonly roles: readonly string[];
  /** Whether `pgm.db` may be answered by the shadow; never on a protected environment. */
  readonly mayAskDatabase: boolean;
  /** What the shadow starts from; absent where migrations replay from nothing. */
  readonly findStart?: FindStart | undefined;
  /** As `Plan.configuration`. */
  readonly configuration?: string | undefined;
  /** Why none of it may be run; then SQL files are only read and code is left alone. Absent where it may. */
  readonly withheld?: Problem | undefined;
  /** What is known to be wrong already, e.g. a conflict. */
  readonly problems: readonly Problem[];
  readonly notes: readonly string[];
  /** What is to be read before the plan; absent for nothing. */
  readonly cautions?: readonly string[];
  /** Told how many of the history's migrations a shadow that must be built first holds by now. */
  readonly onProgress?: (done: number, total: number) => void;
}

export interface PlanningTools {
  readonly cache: ContentCache;
  readonly sandbox: Sandbox;
  readonly memory: PlanMemory;
  readonly shadows: Pick<ShadowServers, 'for'>;
  /** Whether a plan begins to have its shadow copied before it compiles: where no copies stand ready. */
  readonly copiesFirst?: boolean;
  readonly clock: Clock;
  readonly log: Log;
}
