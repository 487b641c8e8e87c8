import type { EnvironmentPolicy } from '../../domain/policy.ts';
import { environmentsBelow, promotedTogether } from '../../domain/promotion-order.ts';
import type { Environment } from '../environment.ts';
import { latestPlanIn } from '../planning/latest-plan-in.ts';
import { readSetup } from '../setup.ts';
import type { Tools } from '../tools.ts';

/**
 * Something has moved on an environment: what waits for these migrations elsewhere is looked at again, whether in an
 * open pull request or on a branch whose environment is on hold for them.
 */
export async function lookAround(
  { key, host, policy }: Environment,
  migrations: readonly string[],
  tools: Tools,
): Promise<void> {
  const setup = await readSetup(host, tools);
  if (setup.kind === 'broken' || migrations.length === 0) return;
  const { repositoryId } = key;
  const told = setup.environments.filter((other) => isTold(policy, other, setup.environments));
  for (const environment of promotingByThemselves(policy, told, setup.environments)) {
    await tools.queue.enqueue({ kind: 'promote', repositoryId, environment });
  }
  for (const other of told) {
    const reason = `${policy.name} has moved, where it is promoted from or to`;
    const hold = await tools.records.hold({ repositoryId, environment: other.name });
    if (hold?.reason === 'not-promoted') {
      await tools.queue.enqueue({ kind: 'reconcile', repositoryId, environment: other.name, reason });
    }
    for (const { number } of await host.openPullRequests(other.branch)) {
      const at = { repositoryId, environment: other.name };
      const made = await latestPlanIn({ key: at, policy: other }, number, tools);
      const isAbout = made?.plan.promotion?.migrations.some(({ migration }) =>
        migrations.includes(migration),
      );
      if (isAbout === true) {
        await tools.queue.enqueue({ kind: 'plan', repositoryId, pullRequest: number, reason });
      }
    }
  }
}

/** The environments that are promoted to by themselves, each branch once: its pull request is one. */
function promotingByThemselves(
  moved: EnvironmentPolicy,
  told: readonly EnvironmentPolicy[],
  environments: readonly EnvironmentPolicy[],
): ReadonlySet<string> {
  const isAutomatic = (one: EnvironmentPolicy): boolean => one.promotion?.automatic === true;
  return new Set(
    told
      .filter((one) => isAutomatic(one) && one.promotesFrom === moved.name)
      .map((one) => (promotedTogether(one, environments).find(isAutomatic) ?? one).name),
  );
}

/** Whether what an environment takes depends on what has run on the one that moved. */
function isTold(
  moved: EnvironmentPolicy,
  other: EnvironmentPolicy,
  environments: readonly EnvironmentPolicy[],
): boolean {
  if (other.promotesFrom === moved.name) return true;
  return (
    other.promotesFrom !== null &&
    environmentsBelow(moved.name, environments).some(({ name }) => name === other.name)
  );
}
