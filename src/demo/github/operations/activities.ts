import type { ActivityType } from '../activity-model.ts';
import type { Actor, Repository, Sha } from '../model.ts';
import { nodeId, timestamp, type World } from '../world.ts';

/** Notes that a branch moved. */
export function recordActivity(
  world: World,
  repository: Repository,
  move: { readonly ref: string; readonly before: Sha; readonly after: Sha; readonly by: Actor },
  type: ActivityType,
): void {
  const id = world.nextId();
  const { ref, before, after, by } = move;
  world.store.activities.push({
    id,
    nodeId: nodeId('PushActivity', id),
    repositoryId: repository.id,
    ref,
    before,
    after,
    type,
    actorId: by.account.id,
    at: timestamp(world),
  });
}
