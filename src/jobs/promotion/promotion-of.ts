import type { MigrationSettings } from '../../domain/migration.ts';
import type { EnvironmentPolicy } from '../../domain/policy.ts';
import type { Problem } from '../../domain/problem.ts';
import type { Promotion, RevertedMigration, TakenBackHere } from '../../domain/promotion.ts';
import { environmentsAbove } from '../../domain/promotion-order.ts';
import { judgePromotion, type Candidate, type KnownRuns } from '../../promote/judge-promotion.ts';
import { promotionProblems, type PromotionPlace } from '../../promote/promotion-problems.ts';
import { TargetUnavailable, type TargetState } from '../../ports/target.ts';
import type { Tools } from '../tools.ts';
import { knownRuns, lastEnds } from './known-runs.ts';

/** Where something is promoted to. */
export interface PromotionTarget {
  readonly repositoryId: number;
  readonly policy: EnvironmentPolicy;
  /** All of the repository's. */
  readonly environments: readonly EnvironmentPolicy[];
  readonly settings: MigrationSettings;
}

/** What is to be promoted. */
export interface PromotionQuestion {
  readonly candidates: readonly (Candidate & { readonly path: string })[];
  /** Of the pull request; none where none brings it. */
  readonly labels: readonly string[];
  readonly reverted: readonly RevertedMigration[];
  /** How those of the candidates were taken back that had run where they are promoted to. */
  readonly takenBack?: ReadonlyMap<string, TakenBackHere>;
}

/** Where migrations have run before, and why they may not be promoted; no promotion where nobody could be asked. */
export interface Promoted {
  readonly promotion: Promotion | null;
  readonly problems: readonly Problem[];
}

type PromotionTools = Pick<Tools, 'records' | 'targets'>;

/**
 * Finds out, from fresh facts, where migrations have run before and whether an environment takes them. One that
 * promotes from no other takes anything.
 */
export async function promotionOf(
  target: PromotionTarget,
  { candidates, labels, reverted, takenBack = new Map() }: PromotionQuestion,
  tools: PromotionTools,
): Promise<Promoted> {
  const { repositoryId, policy, environments, settings } = target;
  const below = environments.find(({ name }) => name === policy.promotesFrom);
  if (below === undefined || candidates.length + reverted.length === 0)
    return { promotion: null, problems: [] };
  const key = { repositoryId, environment: below.name };
  const state = await readState(target, below, tools);
  if ('problem' in state) return { promotion: null, problems: [state.problem] };
  const names = candidates.map(({ migration }) => migration);
  const runs = knownRuns(below.name, state);
  const label = policy.hotfix?.label ?? null;
  const judged = judgePromotion(candidates, {
    below: runs,
    now: state.now,
    ends: await lastEnds(key, names, runs, tools),
    above: names.every((name) => runs.runs.has(name))
      ? []
      : await runsAbove({ repositoryId, policy, environments, settings }, tools),
    soakMs: policy.soak ?? 0,
    isHotfix: label !== null && hasLabel(labels, label),
  });
  const migrations = judged.migrations.map((one) => {
    const taken = takenBack.get(one.migration);
    return taken === undefined ? one : { ...one, takenBack: taken };
  });
  const promotion = { ...judged, migrations, reverted };
  return { promotion, problems: promotionProblems(promotion, placeOf(policy, below, candidates)) };
}

/** What the sentences about a promotion are about. */
export function placeOf(
  policy: EnvironmentPolicy,
  below: EnvironmentPolicy,
  candidates: PromotionQuestion['candidates'],
): PromotionPlace {
  return {
    environment: policy.name,
    branchBelow: below.branch,
    hotfixLabel: policy.hotfix?.label ?? null,
    paths: new Map(candidates.map(({ migration, path }) => [migration, path])),
  };
}

/** Whether a pull request bears a label; GitHub does not tell letters' cases apart. */
export function hasLabel(labels: readonly string[], label: string): boolean {
  return labels.some((one) => one.toLowerCase() === label.toLowerCase());
}

async function readState(
  { repositoryId, policy, settings }: PromotionTarget,
  below: EnvironmentPolicy,
  { targets }: PromotionTools,
): Promise<TargetState | { readonly problem: Problem }> {
  const key = { repositoryId, environment: below.name };
  if (!targets.has(key)) return { problem: noDatabase(policy, below) };
  try {
    return await targets.read(key, settings);
  } catch (error) {
    if (!(error instanceof TargetUnavailable)) throw error;
    const what = `Whether these migrations have run on ${below.name}, from which ${policy.name} is promoted, could not be found out.`;
    return { problem: { code: 'target-unavailable', message: `${what} ${error.message}` } };
  }
}

/** Of the environments that come later, what can be told: one that is away says nothing for anybody. */
async function runsAbove(
  { repositoryId, policy, environments, settings }: PromotionTarget,
  { targets }: PromotionTools,
): Promise<readonly KnownRuns[]> {
  const found: KnownRuns[] = [];
  for (const { name } of environmentsAbove(policy.name, environments)) {
    const key = { repositoryId, environment: name };
    if (!targets.has(key)) continue;
    try {
      found.push(knownRuns(name, await targets.read(key, settings)));
    } catch (error) {
      if (!(error instanceof TargetUnavailable)) throw error;
    }
  }
  return found;
}

function noDatabase({ name }: EnvironmentPolicy, below: EnvironmentPolicy): Problem {
  return {
    code: 'no-database',
    message:
      `${name} takes what has run on ${below.name}, which was expected to have a database, but the server's ` +
      `configuration names none for it. Whoever runs Tidegate adds an entry with \`environment: ${below.name}\` under ` +
      `\`databases\` in tidegate.yml; or take \`promotes_from\` out of .github/tidegate.yml.`,
  };
}
