import type { TargetState } from '../../ports/target.ts';
import { selectMigrations, type Selected } from '../../rollback/select.ts';
import type { Environment } from '../environment.ts';
import type { Tools } from '../tools.ts';
import type { RollbackAsked } from './rollback-asked.ts';
import { lastThatRan } from './taken-back.ts';

/** Which migrations are meant, by what the target has run. */
export async function selectMeant(
  { key, policy }: Environment,
  { command, number }: RollbackAsked,
  { history }: TargetState,
  tools: Tools,
): Promise<Selected> {
  const changes = await tools.records.changesOf(key);
  const own = changes.filter(({ pullRequest }) => pullRequest === number);
  const standing = own.filter(({ status }) => status !== 'rolled-back');
  const selected = selectMigrations(command.of, {
    environment: policy.name,
    history: history.map(({ name }) => name),
    // What another one has run again since is that one's.
    ofPullRequest: standing.flatMap((change) =>
      change.migrations.filter((name) => lastThatRan(changes, [name])[0]?.pullRequest === number),
    ),
  });
  if (selected.kind === 'none' || selected.migrations.length > 0) return selected;
  return { kind: 'none', reason: nothingToTakeBack(number, policy.name, own.length > standing.length) };
}

function nothingToTakeBack(number: number, environment: string, isTakenBack: boolean): string {
  return isTakenBack
    ? `What #${number} applied to ${environment} has been taken back already.`
    : `#${number} has applied nothing to ${environment} that could be taken back.`;
}
