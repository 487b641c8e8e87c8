import type { TargetState } from '../../ports/target.ts';
import type { Environment } from '../environment.ts';
import { blobsByName } from '../planning/named-migrations.ts';
import type { Tools } from '../tools.ts';

/**
 * What stopped half-way outside a transaction and is to go on, as a sentence; null where nothing is. What the branch
 * wants no more, or what nobody takes back any more, will not go on: what is left of it is there by no history.
 */
export async function stillToEnd(
  { key, host, policy, settings }: Environment,
  { halfway, history }: Pick<TargetState, 'halfway' | 'history'>,
  { records }: Pick<Tools, 'records'>,
): Promise<string | null> {
  if (halfway.length === 0) return null;
  const branch = blobsByName(await host.list(policy.branch, settings.directory), settings);
  const applied = new Set(history.map(({ name }) => name));
  const held = (await records.hold(key))?.migrations ?? [];
  const found = halfway.find(({ name, direction }) =>
    direction === 'up'
      ? branch.has(name) && !applied.has(name)
      : applied.has(name) && (held.includes(name) || !branch.has(name)),
  );
  return found === undefined ? null : `${found.name} runs outside a transaction and has not come to its end.`;
}
