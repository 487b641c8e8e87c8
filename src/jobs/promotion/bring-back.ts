import type { RevertedMigration } from '../../domain/promotion.ts';
import { promotedTogether } from '../../domain/promotion-order.ts';
import type { PullRequest } from '../../ports/code-host.ts';
import type { Environment } from '../environment.ts';
import { blobsByName } from '../planning/named-migrations.ts';
import type { Tools } from '../tools.ts';
import type { FoundPromotion, ReadyMigration } from './find-promotion.ts';
import type { AskedBy } from './open-promotion.ts';
import { originsOf } from './origins.ts';
import { takenOutBy } from './taken-back-here.ts';

/** The pull request that brings back what had been taken out of a branch. */
export interface BroughtBack {
  readonly pullRequest: number;
  readonly migrations: readonly RevertedMigration[];
}

/**
 * Opens the revert of a revert: GitHub's own where one pull request took out just what is to come back, else a commit
 * of just these files. Null where nothing of the kind is ready. Asked for again, it is the same pull request.
 */
export async function bringBack(
  environment: Environment,
  found: FoundPromotion,
  askedBy: AskedBy,
  tools: Tools,
): Promise<BroughtBack | null> {
  const { key, host, policy } = environment;
  const { reverted } = found;
  if (reverted.length === 0) return null;
  const names = reverted.map(({ file }) => file.name);
  const migrations = await takenOutBy(key, names, tools);
  for (const { name } of promotedTogether(policy, found.setup.environments)) {
    const opened = await tools.records.broughtBack({ ...key, environment: name }, names);
    const standing = opened === null ? null : await host.pullRequest(opened);
    if (standing?.state === 'open') return { pullRequest: standing.number, migrations };
  }
  const letter = tools.reports.bringBackPullRequest({
    environment: policy.name,
    from: found.below.name,
    migrations,
    askedBy,
  });
  const number =
    (await ownRevert(environment, reverted, migrations, letter)) ??
    (await host.changeFiles(
      policy.branch,
      `tidegate/bring-back-${policy.name}-${names[0] ?? ''}`,
      filesOf(reverted),
      letter.title,
      letter.body,
    ));
  const wanted = names.map((name) => ({ name, checksum: found.checksums.get(name) ?? null }));
  const origins = await originsOf(environment, found, wanted, tools);
  const writers = [...origins.values()].flatMap((origin) => origin.writers);
  await tools.records.addParts(key.repositoryId, number, [
    { login: askedBy.login, as: 'requester', commit: null },
    ...writers.map(({ login, as }) => ({ login, as, commit: null })),
  ]);
  await tools.records.noteBroughtBack(key, number, names);
  const reason = `it brings back ${names.join(', ')}`;
  await tools.queue.enqueue({ kind: 'plan', repositoryId: key.repositoryId, pullRequest: number, reason });
  return { pullRequest: number, migrations };
}

/** GitHub's revert of the pull request that took out just these; null where none did, or it cannot be reverted. */
async function ownRevert(
  environment: Environment,
  reverted: readonly ReadyMigration[],
  migrations: readonly RevertedMigration[],
  { title, body }: { readonly title: string; readonly body: string },
): Promise<number | null> {
  const { host, policy } = environment;
  const [first, ...others] = new Set(migrations.map(({ pullRequest }) => pullRequest));
  if (first === null || first === undefined || others.length > 0) return null;
  const revert = await host.pullRequest(first);
  if (revert?.state !== 'merged' || revert.base !== policy.branch) return null;
  if (!(await tookOutJust(environment, revert, reverted))) return null;
  return host.revertPullRequest(revert, title, body);
}

/** Whether what a pull request took out of its branch is these files as they are below, and no other. */
async function tookOutJust(
  { host, settings }: Environment,
  { mergeCommit }: PullRequest,
  reverted: readonly ReadyMigration[],
): Promise<boolean> {
  const before = mergeCommit === null ? null : (await host.commit(mergeCommit))?.firstParent;
  if (mergeCommit === null || before === null || before === undefined) return false;
  const [then, after] = await Promise.all([
    host.list(before, settings.directory),
    host.list(mergeCommit, settings.directory),
  ]);
  const left = blobsByName(after, settings);
  const out = [...blobsByName(then, settings)].filter(([name]) => !left.has(name));
  const wanted = new Map(reverted.map(({ file }) => [file.name, file.blob]));
  return out.length === wanted.size && out.every(([name, blob]) => wanted.get(name) === blob);
}

function filesOf(reverted: readonly ReadyMigration[]): Readonly<Record<string, { readonly blob: string }>> {
  return Object.fromEntries(reverted.map(({ file }) => [file.path, { blob: file.blob }]));
}
