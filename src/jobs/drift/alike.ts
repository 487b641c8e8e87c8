import type { Drift } from '../../domain/drift.ts';
import { TargetUnavailable } from '../../ports/target.ts';
import type { Environment } from '../environment.ts';
import { readSetup } from '../setup.ts';
import { inWords } from '../rollback/schema-of.ts';
import type { Tools } from '../tools.ts';

/**
 * How an environment stands to the others that have run the same: each is compared with what that history makes, so
 * that what one differs by and another does not is what they differ by themselves. A sentence each; nothing of those
 * whose databases do not answer.
 */
export async function alikeWords(
  environment: Environment,
  drift: Drift | null,
  tools: Tools,
): Promise<readonly string[]> {
  const { key, host, policy, settings } = environment;
  const setup = await readSetup(host, tools);
  if (setup.kind === 'broken') return [];
  const drifts = await tools.records.drifts(key.repositoryId);
  const own = await historyOf(environment, tools);
  const words: string[] = [];
  for (const { name } of setup.environments) {
    const other = { ...key, environment: name };
    if (name === policy.name || own === null || !tools.targets.has(other)) continue;
    if ((await historyOf({ key: other, settings }, tools)) !== own) continue;
    const known = await tools.records.drift(other);
    if (known === null || known.finding.kind === 'not-compared') continue;
    const theirs = drifts.get(name)?.finding;
    const difference = between(drift, theirs?.kind === 'drift' ? theirs : null);
    words.push(
      difference.length === 0
        ? `\`${name}\` has the same history, and the same schema.`
        : `\`${name}\` has the same history; the two schemas differ by ${inWords(difference)}.`,
    );
  }
  return words;
}

/** The objects in which two differ that are each compared with the same. */
function between(one: Drift | null, other: Drift | null): Drift['changes'] {
  const [ours, theirs] = [one?.changes ?? [], other?.changes ?? []];
  const isIn = (all: Drift['changes'], { kind, name, after }: Drift['changes'][number]): boolean =>
    all.some((change) => change.kind === kind && change.name === name && change.after === after);
  const own = ours.filter((change) => !isIn(theirs, change));
  const names = new Set(own.map(({ kind, name }) => `${kind} ${name}`));
  return [
    ...own,
    ...theirs.filter((change) => !isIn(ours, change) && !names.has(`${change.kind} ${change.name}`)),
  ];
}

/** Names and checksums; null where the database does not answer. */
async function historyOf(
  { key, settings }: Pick<Environment, 'key' | 'settings'>,
  { targets }: Tools,
): Promise<string | null> {
  try {
    const { history, ledger } = await targets.read(key, settings);
    const checksums = new Map(ledger.map(({ name, checksum }) => [name, checksum]));
    return JSON.stringify(history.map(({ name }) => [name, checksums.get(name) ?? null]));
  } catch (error) {
    if (error instanceof TargetUnavailable) return null;
    throw error;
  }
}
