import type { EnvironmentPolicy } from '../../domain/policy.ts';
import { environmentsAbove, environmentsBelow } from '../../domain/promotion-order.ts';
import type { PullRequest } from '../../ports/code-host.ts';
import { TargetUnavailable } from '../../ports/target.ts';
import { announce } from '../applying/announcements.ts';
import { commentOnce } from '../comment-once.ts';
import type { Environment } from '../environment.ts';
import { blobsByName } from '../planning/named-migrations.ts';
import { readSetup } from '../setup.ts';
import type { Tools } from '../tools.ts';
import { flowDownBranches } from './flow-down.ts';

/** Has what was taken back on an environment flow down no more. */
export async function announceFlowDownEnd(
  { key, policy }: Environment,
  migrations: readonly string[],
  tools: Tools,
): Promise<void> {
  if (policy.promotesFrom === null || migrations.length === 0) return;
  const payload = { kind: 'flow-down-ended' as const, environment: key.environment };
  await announce(key.repositoryId, { ...payload, migrations: [...migrations] }, tools);
}

/**
 * Closes the App's open pull requests that take what was taken back here to the environments before, where it stands
 * on none above those any more: merged, they would run it there for nothing. One that brings more is told what.
 */
export async function endFlowDown(
  environment: Environment,
  migrations: readonly string[],
  tools: Tools,
): Promise<void> {
  const { host, settings } = environment;
  const setup = await readSetup(host, tools);
  if (setup.kind === 'broken') return;
  for (const below of environmentsBelow(environment.policy.name, setup.environments)) {
    const open = await host.openPullRequests(below.branch);
    const own = open.filter((pull) => !pull.fromFork && pull.headBranch.startsWith(flowDownBranches));
    if (own.length === 0) continue;
    const above = environmentsAbove(below.name, setup.environments);
    const standing = await standingIn(environment, above, tools);
    const ended = migrations.filter((name) => !standing.has(name));
    const there = new Set(blobsByName(await host.list(below.branch, settings.directory), settings).keys());
    for (const pull of own) await endOne(environment, pull, { branch: below.branch, there, ended }, tools);
  }
}

interface Below {
  readonly branch: string;
  /** The migrations on it. */
  readonly there: ReadonlySet<string>;
  /** Those that are to be brought there no more. */
  readonly ended: readonly string[];
}

async function endOne(
  { host, policy, settings }: Environment,
  pull: PullRequest,
  { branch, there, ended }: Below,
  { reports }: Tools,
): Promise<void> {
  const head = blobsByName(await host.list(pull.head, settings.directory), settings);
  const brought = [...head.keys()].filter((name) => !there.has(name));
  const gone = brought.filter((name) => ended.includes(name));
  if (gone.length === 0) return;
  const isClosed = gone.length === brought.length;
  const view = { environment: policy.name, branch, migrations: gone, isClosed };
  const body = reports.reply({ kind: 'flow-down-ended', ...view });
  await commentOnce(host, pull.number, `flow-down-ended ${encodeURIComponent(gone.join(' '))}`, body);
  if (isClosed) await host.closeIssue(pull.number);
}

/** What stands on any of these; on one whose database is away nothing is known to. */
async function standingIn(
  { key, settings }: Environment,
  environments: readonly EnvironmentPolicy[],
  { targets }: Tools,
): Promise<ReadonlySet<string>> {
  const names: string[] = [];
  for (const { name } of environments) {
    const place = { ...key, environment: name };
    if (!targets.has(place)) continue;
    try {
      names.push(...(await targets.read(place, settings)).history.map((run) => run.name));
    } catch (error) {
      if (!(error instanceof TargetUnavailable)) throw error;
    }
  }
  return new Set(names);
}
