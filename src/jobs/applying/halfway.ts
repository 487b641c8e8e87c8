import type { Tree } from '../../ports/tree.ts';
import type { Halfway, TargetState } from '../../ports/target.ts';
import type { Environment } from '../environment.ts';
import { blobsByName } from '../planning/named-migrations.ts';
import type { Tools } from '../tools.ts';

/** What stopped half-way outside a transaction. */
export interface StoppedHalfway {
  /** Goes on: the branch wants it, or somebody is taking it back. */
  readonly goesOn: readonly Halfway[];
  /** Does not: what it left is there by no history, and drift. */
  readonly isOver: readonly Halfway[];
}

/** Tells, of what stopped half-way, what goes on from what does not. */
export async function stoppedHalfway(
  { key, settings }: Pick<Environment, 'key' | 'settings'>,
  folder: Tree,
  { halfway, history }: Pick<TargetState, 'halfway' | 'history'>,
  { records }: Pick<Tools, 'records'>,
): Promise<StoppedHalfway> {
  if (halfway.length === 0) return { goesOn: [], isOver: [] };
  const branch = blobsByName(folder, settings);
  const applied = new Set(history.map(({ name }) => name));
  const held = (await records.hold(key))?.migrations ?? [];
  const isToEnd = ({ name, direction }: Halfway): boolean =>
    direction === 'up'
      ? branch.has(name) && !applied.has(name)
      : applied.has(name) && (held.includes(name) || !branch.has(name));
  return { goesOn: halfway.filter(isToEnd), isOver: halfway.filter((one) => !isToEnd(one)) };
}

/** Forgets how far it came, so that the same migration, brought again, runs from its first statement. */
export async function forgetHalfway(
  { key, settings }: Pick<Environment, 'key' | 'settings'>,
  isOver: readonly Halfway[],
  { targets, log }: Pick<Tools, 'targets' | 'log'>,
): Promise<void> {
  if (isOver.length === 0) return;
  await targets.withLock(key, settings, (target) => target.forget(isOver));
  log.info({ ...key, migrations: isOver }, 'forgot how far they came, since they will not go on');
}
