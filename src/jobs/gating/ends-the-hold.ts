import { isForDrift, type Hold } from '../../domain/hold.ts';
import type { MigrationSettings } from '../../domain/migration.ts';
import type { Plan } from '../../domain/plan.ts';
import type { CodeHost } from '../../ports/code-host.ts';
import { TargetUnavailable } from '../../ports/target.ts';
import type { Tree } from '../../ports/tree.ts';
import { isHoldStillTrue } from '../applying/reconcile-rules.ts';
import { standingOf } from '../environment.ts';
import type { Tools } from '../tools.ts';

/** A hold, and the environment that is on it. */
interface Held {
  readonly host: CodeHost;
  readonly environment: string;
  readonly settings: MigrationSettings;
  readonly hold: Hold;
  /** What the change runs. */
  readonly plan: Plan;
}

/**
 * Whether a change would leave nothing of what a hold is about, which `after` tells by the folder that it leaves; a
 * target that is away ends nothing.
 */
export async function endsTheHold(
  { host, environment, settings, hold, plan }: Held,
  after: () => Promise<Tree>,
  { targets }: Pick<Tools, 'targets'>,
): Promise<boolean> {
  // That it is what is there was proven when it was planned, and is once more before it is written down. What goes first
  // does not run for the drift, so that this would not come to its turn.
  if (isForDrift(hold)) return plan.goesFirst.length === 0 && plan.steps.some((step) => step.adopts === true);
  const key = { repositoryId: host.repository.id, environment };
  if (!targets.has(key)) return false;
  try {
    const [folder, state] = await Promise.all([after(), targets.read(key, settings)]);
    return !isHoldStillTrue(hold, await standingOf({ host, settings }, hold, folder, state));
  } catch (error) {
    if (error instanceof TargetUnavailable) return false;
    throw error;
  }
}
