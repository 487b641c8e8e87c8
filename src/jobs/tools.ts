import type { EnvironmentKey, Repository } from '../domain/repository.ts';
import type { Sandbox } from '../migrations/sandbox/sandbox.ts';
import type { ContentCache } from '../ports/cache.ts';
import type { Clock } from '../ports/clock.ts';
import type { CodeHosts } from '../ports/code-host.ts';
import type { GuardMemory } from './gating/guard-memory.ts';
import type { KnownBranches } from './known-branches.ts';
import type { JobMemory } from './job-memory.ts';
import type { Log } from '../ports/log.ts';
import type { Queue } from '../ports/queue.ts';
import type { Records } from '../ports/records.ts';
import type { Targets } from '../ports/target.ts';
import type { DatabaseEntry } from '../config/server-config.ts';
import type { Reports } from '../report/reports.ts';
import type { ShadowServers } from '../shadow/shadow-servers.ts';

/** All that jobs are given; the composition root makes it once. */
export interface Tools {
  readonly hosts: CodeHosts;
  readonly targets: Targets;
  readonly records: Records;
  readonly queue: Queue;
  readonly cache: ContentCache;
  readonly sandbox: Sandbox;
  readonly memory: JobMemory;
  readonly branches: KnownBranches;
  readonly guards: GuardMemory;
  readonly shadows: ShadowServers;
  readonly reports: Reports;
  readonly clock: Clock;
  readonly log: Log;
  /** Which databases the server's configuration gives this repository; none for a repository it does not know. */
  databasesOf(repository: Repository): Promise<readonly DatabaseEntry[]>;
  /** The signed, expiring address of the page that shows a plan whole; null where the service has no address. */
  planUrl(key: EnvironmentKey, digest: string): string | null;
  readonly wait: (milliseconds: number) => Promise<void>;
  /** From 0 up to 1, for jitter. */
  readonly random: () => number;
}
