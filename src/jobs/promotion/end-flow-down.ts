import type { EnvironmentPolicy } from '../../domain/policy.ts';
import { environmentsAbove, environmentsBelow } from '../../domain/promotion-order.ts';
import type { PullRequest } from '../../ports/code-host.ts';
import { TargetUnavailable } from '../../ports/target.ts';
import { announce } from '../applying/announcements.ts';
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
  const setup = await readSetup(environment.host, tools);
  if (setup.kind === 'broken') return;
  for (const below of environmentsBelow(environment.policy.name, setup.environments)) {
    const above = environmentsAbove(below.name, setup.environments);
    const standing = await standingIn(environment, above, tools);
    const ended = migrations.filter((name) => !standing.has(name));
    for (const pull of await environment.host.openPullRequests(below.branch)) {
      const isOwn = !pull.fromFork && pull.headBranch.startsWith(flowDownBranches);
      if (isOwn) await endOne(environment, below, pull, ended, tools);
    }
  }
}

async function endOne(
  { host, policy, settings }: Environment,
  below: EnvironmentPolicy,
  pull: PullRequest,
  ended: readonly string[],
  { reports }: Tools,
): Promise<void> {
  const known = blobsByName(await host.list(below.branch, settings.directory), settings);
  const head = blobsByName(await host.list(pull.head, settings.directory), settings);
  const brought = [...head.keys()].filter((name) => !known.has(name));
  const gone = brought.filter((name) => ended.includes(name));
  if (gone.length === 0) return;
  const isClosed = gone.length === brought.length;
  const view = { environment: policy.name, branch: below.branch, migrations: gone, isClosed };
  const body = reports.reply({ kind: 'flow-down-ended', ...view });
  const marker = `<!-- tidegate:flow-down-ended ${encodeURIComponent(gone.join(' '))} -->`;
  if ((await host.findComment(pull.number, marker)) === null)
    await host.comment(pull.number, `${body}\n${marker}\n`);
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
