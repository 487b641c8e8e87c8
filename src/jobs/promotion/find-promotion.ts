import type { MigrationFile } from '../../domain/migration.ts';
import type { EnvironmentPolicy } from '../../domain/policy.ts';
import { allSoakIn, isReady, type PromotedMigration } from '../../domain/promotion.ts';
import { readChecksums } from '../../migrations/read.ts';
import { whyNotReady } from '../../promote/promotion-problems.ts';
import { selectReady } from '../../promote/select-ready.ts';
import type { TreeEntry } from '../../ports/tree.ts';
import type { Environment } from '../environment.ts';
import { promotedTogether, promotingInto } from '../../domain/promotion-order.ts';
import { readFolder, type Folder } from '../planning/read-folder.ts';
import { namesToRun } from '../planning/run-elsewhere.ts';
import { environmentsOfBranch, readSetup, type Setup } from '../setup.ts';
import type { Tools } from '../tools.ts';
import { placeOf, promotionOf } from './promotion-of.ts';
import { takenBackHere } from './taken-back-here.ts';

/** A migration that can be promoted now. */
export interface ReadyMigration {
  readonly record: PromotedMigration;
  readonly file: MigrationFile;
}

/** What the environment below has that this one's branch has not. */
export interface FoundPromotion {
  readonly setup: Extract<Setup, { kind: 'ready' }>;
  readonly below: EnvironmentPolicy;
  /** Tip of the branch below. */
  readonly tip: string;
  /** In the order of running. */
  readonly ready: readonly ReadyMigration[];
  /** A sentence for each that is not promoted now. */
  readonly left: readonly string[];
  /** Taken out of this branch after they had been on it: that was on purpose. Those that are ready. */
  readonly reverted: readonly ReadyMigration[];
  /** Whether a merge of the branch below brings nothing back that was taken out of this one, and is in no conflict over it. */
  readonly mayComeWhole: boolean;
  /** SHA-256 of the files that are not on this branch, by name. */
  readonly checksums: ReadonlyMap<string, string>;
  /** What migrations may import, and is other there than here. */
  readonly modules: readonly TreeEntry[];
  /** After how many milliseconds all have soaked; null where none is waited for. */
  readonly allSoakInMs: number | null;
}

/** Finds what can be promoted to an environment, from fresh facts; a sentence where nobody can tell. */
export async function findPromotion(
  { key, host, policy, settings }: Environment,
  tools: Tools,
): Promise<FoundPromotion | string> {
  const setup = await readSetup(host, tools);
  if (setup.kind === 'broken') return 'The configuration on the default branch cannot be read.';
  const below = setup.environments.find(({ name }) => name === policy.promotesFrom);
  if (below === undefined) return promotesFromNothing(policy);
  const [tip, base] = await Promise.all([host.branchHead(below.branch), host.branchHead(policy.branch)]);
  if (tip === null || base === null) {
    const missing = tip === null ? below.branch : policy.branch;
    return `The branch ${missing} was expected, and there is none of that name.`;
  }
  const ancestor = await host.mergeBase(base, tip);
  const list = async (commit: string): Promise<Folder> =>
    readFolder(await host.list(commit, settings.directory), settings);
  const [there, here, before] = await Promise.all([
    list(tip),
    list(base),
    ancestor === null ? readFolder({ kind: 'missing' }, settings) : list(ancestor),
  ]);
  const tree = await host.list(tip, settings.directory);
  const wanted = new Set<string>();
  const together = promotedTogether(policy, setup.environments);
  for (const { name } of together) {
    const place = { environment: name, settings, applied: namesOf(here) };
    for (const one of await namesToRun(host, tree, place, tools)) wanted.add(one);
  }
  const files = new Map(there.files.filter(({ name }) => wanted.has(name)).map((file) => [file.name, file]));
  const checksums = await readChecksums(host, [...files.values()], tools.cache);
  const candidates = [...files.values()].flatMap(({ name, path }) => {
    const checksum = checksums.get(name);
    return checksum === undefined ? [] : [{ migration: name, checksum, path }];
  });
  const target = { repositoryId: key.repositoryId, policy, environments: setup.environments, settings };
  const found = await promotionOf(target, { candidates, labels: [], reverted: [] }, tools);
  const { promotion } = found;
  if (promotion === null) {
    const [problem] = found.problems;
    if (problem !== undefined) return problem.message;
    return nothingNew(policy, below);
  }
  const merged = new Map(before.files.map(({ name, blob }) => [name, blob]));
  // Where what was promoted came by a squash or in a commit of its own, no merge base knows of it.
  const takenBack = await takenBackIn(key.repositoryId, together, [...wanted], tools);
  const isReverted = ({ migration }: PromotedMigration): boolean =>
    merged.has(migration) || takenBack.has(migration);
  const { ready, left } = selectReady(promotion.migrations.filter((one) => !isReverted(one)));
  const withFile = (record: PromotedMigration): readonly ReadyMigration[] => {
    const file = files.get(record.migration);
    return file === undefined ? [] : [{ record, file }];
  };
  const words = placeOf(policy, below, candidates);
  const [first] = left;
  return {
    setup,
    below,
    tip,
    ready: ready.flatMap(withFile),
    left: left.map((one) =>
      isReady(one)
        ? `${one.migration} is ready, and stays behind ${first?.migration ?? ''}, which has to run before it.`
        : whyNotReady(one, promotion, words),
    ),
    reverted: promotion.migrations.filter((one) => isReverted(one) && isReady(one)).flatMap(withFile),
    mayComeWhole: promotion.migrations.every(
      (one) => !isReverted(one) || merged.get(one.migration) === files.get(one.migration)?.blob,
    ),
    checksums,
    modules: otherModules(there, here),
    allSoakInMs: allSoakIn(promotion),
  };
}

/** Those of these migrations that were rolled back in one of these environments, and have not run there since. */
async function takenBackIn(
  repositoryId: number,
  environments: readonly EnvironmentPolicy[],
  names: readonly string[],
  tools: Pick<Tools, 'records'>,
): Promise<ReadonlySet<string>> {
  const taken = await Promise.all(
    environments.map(({ name }) => takenBackHere({ repositoryId, environment: name }, names, tools)),
  );
  return new Set(taken.flatMap((one) => [...one.keys()]));
}

function namesOf({ files }: Folder): ReadonlySet<string> {
  return new Set(files.map(({ name }) => name));
}

function otherModules(there: Folder, here: Folder): readonly TreeEntry[] {
  const known = new Map(here.modules.map(({ path, blob }) => [path, blob]));
  return there.modules.filter(({ path, blob }) => known.get(path) !== blob);
}

function promotesFromNothing({ name }: EnvironmentPolicy): string {
  return (
    `${name} is promoted to from no other environment: \`promotes_from\` was expected in .github/tidegate.yml on the ` +
    'default branch, and is not there.'
  );
}

function nothingNew({ branch }: EnvironmentPolicy, below: EnvironmentPolicy): string {
  return `Every migration on \`${below.branch}\` is on \`${branch}\` as well: there is nothing to promote.`;
}

/** Whether a pull request is a promotion of the App's own, or of the branch below as a whole. */
export function isFromBelow(
  headBranch: string,
  policy: EnvironmentPolicy,
  setup: Extract<Setup, { kind: 'ready' }>,
): boolean {
  if (policy.promotesFrom === null) return false;
  return (
    environmentsOfBranch(setup, headBranch).some(({ name }) => name === policy.promotesFrom) ||
    headBranch === promotionBranch(policy, setup.environments)
  );
}

/** The branch of the App's own from which an environment's branch is promoted to: one for all that share it. */
export function promotionBranch(
  policy: EnvironmentPolicy,
  environments: readonly EnvironmentPolicy[],
): string {
  const { name, promotesFrom } = promotingInto(policy, environments);
  return `tidegate/promote-${promotesFrom ?? ''}-to-${name}`;
}
