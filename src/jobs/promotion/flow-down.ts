import type { MigrationFile, MigrationSettings } from '../../domain/migration.ts';
import type { EnvironmentPolicy } from '../../domain/policy.ts';
import type { CodeHost } from '../../ports/code-host.ts';
import { environmentsBelow, promotingInto } from '../../domain/promotion-order.ts';
import type { Contributor } from '../../domain/gate.ts';
import { announce, type AnnouncementPayload } from '../applying/announcements.ts';
import type { Environment } from '../environment.ts';
import { contributorsOf } from '../gating/contributors-of.ts';
import { blobsByName } from '../planning/named-migrations.ts';
import { readFolder, type Folder } from '../planning/read-folder.ts';
import { namesToRun } from '../planning/run-elsewhere.ts';
import { readSetup } from '../setup.ts';
import type { Tools } from '../tools.ts';

type FlowDown = Extract<AnnouncementPayload, { kind: 'flow-down' }>;

/** Has what ran on an environment that is promoted to go down to those before it whose branches lack it. */
export async function announceFlowDown(
  { key, policy }: Environment,
  what: Pick<FlowDown, 'commit' | 'pullRequest'> & { readonly migrations: readonly string[] },
  tools: Tools,
): Promise<void> {
  if (policy.promotesFrom === null || what.migrations.length === 0) return;
  const migrations = [...what.migrations];
  const payload = { kind: 'flow-down' as const, environment: key.environment, ...what, migrations };
  await announce(key.repositoryId, payload, tools);
}

/**
 * Opens a pull request into each environment before this one that lacks what ran here and stands: of just these files,
 * so that it brings no other code. Told twice, it opens one.
 */
export async function openFlowDown(environment: Environment, what: FlowDown, tools: Tools): Promise<void> {
  const { host, policy, settings } = environment;
  const setup = await readSetup(host, tools);
  if (setup.kind === 'broken') return;
  const ran = readFolder(await host.list(what.commit, settings.directory), settings);
  const { history } = await tools.targets.read(environment.key, settings);
  const standing = new Set(history.map(({ name }) => name));
  const migrations = what.migrations.filter((name) => standing.has(name));
  // Of several on one branch it is one that asks, whichever ran it: their pull request is one.
  const from = promotingInto(policy, setup.environments).name;
  for (const below of environmentsBelow(policy.name, setup.environments)) {
    await openInto(environment, below, { ...what, migrations, ran, from }, tools);
  }
}

async function openInto(
  { key, host, policy, settings }: Environment,
  below: EnvironmentPolicy,
  {
    commit,
    pullRequest,
    migrations,
    ran,
    from: asker,
  }: FlowDown & { readonly ran: Folder; readonly from: string },
  tools: Tools,
): Promise<void> {
  const tree = await host.list(below.branch, settings.directory);
  // A branch that is gone takes nothing.
  if ((await host.branchHead(below.branch)) === null || tree.kind === 'truncated') return;
  const there = readFolder(tree, settings);
  const known = new Set(there.files.map(({ name }) => name));
  const from = await host.list(commit, settings.directory);
  const place = { environment: below.name, settings, applied: known };
  const wanted = new Set(await namesToRun(host, from, place, tools));
  const files = ran.files.filter(({ name }) => migrations.includes(name) && wanted.has(name));
  const branch = `${flowDownBranches}${asker}-to-${below.name}-${pullRequest ?? commit.slice(0, 10)}`;
  if (files.length === 0 || (await isOnItsWay(host, below, { branch, files }, settings))) return;
  const letter = tools.reports.flowDownPullRequest({
    environment: below.name,
    from: policy.name,
    migrations: files.map(({ name }) => name),
    pullRequest,
  });
  const isCode = files.some(({ language }) => language !== 'sql');
  const paths = new Set(there.modules.map(({ path }) => path));
  const modules = isCode ? ran.modules.filter(({ path }) => !paths.has(path)) : [];
  const number = await host.changeFiles(
    below.branch,
    branch,
    Object.fromEntries([...files, ...modules].map(({ path, blob }) => [path, { blob }])),
    letter.title,
    letter.body,
  );
  const source = pullRequest === null ? null : await host.pullRequest(pullRequest);
  const landed = { commit, since: (await host.commit(commit))?.firstParent ?? null };
  const { people } = await contributorsOf(host, tools, { policy, pullRequest: source, landed }, 'now');
  const writers = people.map(({ login, as }): Contributor => ({ login, as, commit: null }));
  await tools.records.addParts(key.repositoryId, number, writers);
  await tools.records.audit({
    repositoryId: key.repositoryId,
    environment: below.name,
    pullRequest: number,
    commit,
    actor: 'tidegate',
    action: 'flow-down-opened',
    migration: null,
    digest: null,
    detail: { from: policy.name, migrations: files.map(({ name }) => name) },
  });
  const reason = `it ran on ${policy.name} already`;
  await tools.queue.enqueue({ kind: 'plan', repositoryId: key.repositoryId, pullRequest: number, reason });
}

/** Whether another open pull request of the App's own takes the same files there already, as from an environment further up. */
async function isOnItsWay(
  host: CodeHost,
  below: EnvironmentPolicy,
  { branch, files }: { readonly branch: string; readonly files: readonly MigrationFile[] },
  settings: MigrationSettings,
): Promise<boolean> {
  for (const { head, headBranch, fromFork } of await host.openPullRequests(below.branch)) {
    if (fromFork || headBranch === branch || !headBranch.startsWith(flowDownBranches)) continue;
    const brought = blobsByName(await host.list(head, settings.directory), settings);
    if (files.every(({ name, blob }) => brought.get(name) === blob)) return true;
  }
  return false;
}

/** What the branches of these pull requests begin with. */
export const flowDownBranches = 'tidegate/flow-down-';
