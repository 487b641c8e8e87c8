import type { Command } from '../../domain/command.ts';
import type { EnvironmentPolicy } from '../../domain/policy.ts';
import type { EnvironmentKey } from '../../domain/repository.ts';
import type { Tools } from '../tools.ts';
import { awaitedHere } from './awaited-here.ts';

type Records = Pick<Tools, 'records'>;

/** Whether a command can be meant for an environment. */
type Fits = (key: EnvironmentKey) => Promise<boolean>;

/**
 * Of the environments of a branch the only one that a command on its pull request can be meant for, as the one that is
 * on hold for `/retry`; null where that is none or several.
 */
export async function onlyOneMeant(
  command: Command,
  environments: readonly EnvironmentPolicy[],
  { repositoryId, number }: { readonly repositoryId: number; readonly number: number },
  tools: Records,
): Promise<EnvironmentPolicy | null> {
  const [first, ...others] = environments;
  if (others.length === 0) return first ?? null;
  for (const fits of fitting(command, number, tools)) {
    const found: EnvironmentPolicy[] = [];
    for (const policy of environments) {
      if (await fits({ repositoryId, environment: policy.name })) found.push(policy);
    }
    const [only, ...more] = found;
    if (only !== undefined) return more.length === 0 ? only : null;
  }
  return null;
}

/** What a command can be meant for, the likeliest first. */
function fitting(command: Command, number: number, { records }: Records): readonly Fits[] {
  switch (command.name) {
    case 'rollback':
      return command.of.kind === 'pull-request' ? [(key) => hasRun(key, number, { records })] : [];
    case 'retry':
    case 'release':
      return [
        async (key) => (await records.hold(key))?.pullRequest === number,
        async (key) => (await records.hold(key)) !== null,
      ];
    case 'apply':
      return [(key) => isKept(key, number, { records })];
    case 'drift':
      return [async (key) => (await records.drift(key))?.finding.kind === 'drift'];
    case 'confirm':
    case 'withdraw':
      return [async (key) => (await awaitedHere(key, number, { records })) !== null];
    case 'plan':
    case 'hold':
    case 'promote':
    case 'status':
    case 'help':
      return [];
  }
}

/** Whether what a pull request ran there stands there. */
async function hasRun(key: EnvironmentKey, number: number, { records }: Records): Promise<boolean> {
  const changes = await records.changesOf(key);
  return changes.some(
    ({ pullRequest, status, migrations }) =>
      pullRequest === number && status !== 'rolled-back' && migrations.length > 0,
  );
}

/** Whether a merged pull request waits there for its window, or for approval. */
async function isKept(key: EnvironmentKey, number: number, { records }: Records): Promise<boolean> {
  const hold = await records.hold(key);
  if (hold?.reason === 'not-approved' && hold.pullRequest === number) return true;
  return (await records.waitingChanges(key)).some(({ pullRequest }) => pullRequest === number);
}
