import type { Contributor } from '../../domain/gate.ts';
import { approversOf, type EnvironmentPolicy } from '../../domain/policy.ts';
import { promotedTogether } from '../../domain/promotion-order.ts';
import { isSameLogin } from '../../gate/rights.ts';
import type { CodeHost, FileChange } from '../../ports/code-host.ts';
import type { PromotionEntry } from '../../report/promotion-letters.ts';
import type { Environment } from '../environment.ts';
import type { Tools } from '../tools.ts';
import { promotionBranch, type FoundPromotion, type ReadyMigration } from './find-promotion.ts';
import { originsOf, type Origin } from './origins.ts';

/** Who asked for a promotion, and where; nobody where it is opened by itself. */
export interface AskedBy {
  readonly login: string;
  readonly number: number;
}

/** A promotion pull request as it stands now. */
export interface OpenedPromotion {
  readonly pullRequest: number;
  readonly isNew: boolean;
  readonly migrations: readonly string[];
  /** A sentence for each that stays behind. */
  readonly left: readonly string[];
}

/**
 * Opens the one pull request that promotes to an environment, or brings it up to date: of the branch below as it is
 * where all that it has is ready, else of just the files that are. Null where nothing can be promoted.
 */
export async function openPromotion(
  environment: Environment,
  found: FoundPromotion,
  askedBy: AskedBy | null,
  tools: Tools,
): Promise<OpenedPromotion | { readonly left: readonly string[] }> {
  const { key, host, policy } = environment;
  const { below, tip } = found;
  const names = found.ready.map(({ file, record }) => ({
    name: file.name,
    checksum: record.isSameContent === true ? (found.checksums.get(file.name) ?? null) : null,
  }));
  const origins = await originsOf(environment, found, names, tools);
  const isWhole = found.left.length === 0 && found.mayComeWhole && policy.promotion?.carries !== 'migrations';
  const { ready, left } = isWhole ? found : writtenBySomebody(found, origins);
  if (ready.length === 0) return { left };
  const branch = promotionBranch(policy, found.setup.environments);
  const { title, body } = tools.reports.promotionPullRequest({
    environment: policy.name,
    from: below.name,
    migrations: ready.map((one) => entryOf(one, origins)),
    left,
    isWhole,
    askedBy,
  });
  const open = await host.openPullRequests(policy.branch);
  const standing = open.find(({ headBranch, fromFork }) => headBranch === branch && !fromFork);
  const number = isWhole
    ? await host.proposeCommit(policy.branch, branch, tip, title, body)
    : await host.changeFiles(policy.branch, branch, filesOf(ready, found), title, body);
  const writers = partsOf(ready, origins, askedBy);
  await tools.records.addParts(key.repositoryId, number, writers);
  if (standing === undefined) {
    for (const one of promotedTogether(policy, found.setup.environments)) {
      await askReviewers(host, one, number, writers);
    }
  }
  const reason = `it promotes ${below.name} to ${policy.name}`;
  await tools.queue.enqueue({ kind: 'plan', repositoryId: key.repositoryId, pullRequest: number, reason });
  const migrations = ready.map(({ file }) => file.name);
  return { pullRequest: number, isNew: standing === undefined, migrations, left };
}

/**
 * Only those of which it is known who wrote them, up to the first of which it is not: in a commit of the App's own
 * nobody else would be seen.
 */
function writtenBySomebody(
  { ready, left }: FoundPromotion,
  origins: ReadonlyMap<string, Origin>,
): Pick<FoundPromotion, 'ready' | 'left'> {
  const at = ready.findIndex(({ file }) => origins.get(file.name)?.isComplete !== true);
  if (at < 0) return { ready, left };
  const unknown = ready.slice(at).map(({ file }) => {
    const { name } = file;
    return origins.get(name)?.isComplete === true
      ? `${name} is ready, and stays behind one that has to run before it.`
      : `${name} is ready, but it cannot be told who wrote it: open a pull request of the branch below as it is.`;
  });
  return { ready: ready.slice(0, at), left: [...unknown, ...left] };
}

function filesOf(
  ready: readonly ReadyMigration[],
  { modules }: FoundPromotion,
): Readonly<Record<string, FileChange>> {
  const isCode = ready.some(({ file }) => file.language !== 'sql');
  return Object.fromEntries([
    ...ready.map(({ file }) => [file.path, { blob: file.blob }] as const),
    ...(isCode ? modules.map(({ path, blob }) => [path, { blob }] as const) : []),
  ]);
}

function entryOf({ file, record }: ReadyMigration, origins: ReadonlyMap<string, Origin>): PromotionEntry {
  const pullRequest = origins.get(file.name)?.pullRequest ?? null;
  return {
    migration: file.name,
    pullRequest:
      pullRequest === null
        ? null
        : { number: pullRequest.number, title: pullRequest.title, author: pullRequest.author },
    ranAt: record.ranAt,
    durationMs: record.durationMs,
    where: record.where,
  };
}

/** Whose approval does not count: who asked for it, and who wrote the migrations. */
function partsOf(
  ready: readonly ReadyMigration[],
  origins: ReadonlyMap<string, Origin>,
  askedBy: AskedBy | null,
): readonly Contributor[] {
  const writers = ready.flatMap(({ file }) => origins.get(file.name)?.writers ?? []);
  return [
    ...(askedBy === null ? [] : [{ login: askedBy.login, as: 'requester' as const, commit: null }]),
    ...writers.map(({ login, as }) => ({ login, as, commit: null })),
  ];
}

/** Asks those whom the policy names, teams as teams; who wrote it could approve nothing. */
async function askReviewers(
  host: CodeHost,
  policy: EnvironmentPolicy,
  number: number,
  writers: readonly Contributor[],
): Promise<void> {
  if (!policy.protected) return;
  for (const subject of approversOf(policy.approvals)) {
    if (subject.kind === 'team') await host.requestTeamReview(number, subject.slug);
    if (subject.kind === 'user' && !writers.some(({ login }) => isSameLogin(login, subject.login))) {
      await host.requestReview(number, subject.login);
    }
  }
}
