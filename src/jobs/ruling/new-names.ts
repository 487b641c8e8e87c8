import { heldUnderNewName, type Hold } from '../../domain/hold.ts';
import type { EnvironmentKey } from '../../domain/repository.ts';
import { TargetUnavailable } from '../../ports/target.ts';
import { announce } from '../applying/announcements.ts';
import { endHold } from '../applying/holds.ts';
import type { Setup } from '../setup.ts';
import type { Tools } from '../tools.ts';

type Ready = Extract<Setup, { kind: 'ready' }>;

/**
 * Has environments that the rules know by another name go on with what is known of them: what was rolled back, how far
 * the branch was dealt with, what they are held for. The same is one of which nothing is known, with the database of one
 * that the rules know no more. False where that cannot be told of all, since a target does not answer. Where one name is
 * asked for, only that is looked at.
 */
export async function followNewNames(
  repositoryId: number,
  setup: Ready,
  tools: Tools,
  asked?: string,
): Promise<boolean> {
  const names = new Set(setup.environments.map(({ name }) => name));
  const seen = await tools.records.seenDatabases(repositoryId);
  const gone = [...seen].filter(([name]) => !names.has(name));
  if (gone.length === 0) return true;
  let isAllTold = true;
  for (const environment of names) {
    if (asked !== undefined && environment !== asked) continue;
    const key = { repositoryId, environment };
    if (!tools.targets.has(key) || !(await isNew(key, tools))) continue;
    const database = await databaseOf(key, setup, tools);
    if (database === 'away') isAllTold = false;
    const former = gone.findLast(([, identity]) => identity === database);
    if (former !== undefined) await goOn({ repositoryId, environment: former[0] }, key, tools);
  }
  return isAllTold;
}

async function isNew(key: EnvironmentKey, { records }: Pick<Tools, 'records'>): Promise<boolean> {
  return (await records.reconciledCommit(key)) === null && (await records.changesOf(key)).length === 0;
}

/** Null where it cannot say which it is. */
async function databaseOf(
  key: EnvironmentKey,
  { settings }: Ready,
  { targets }: Pick<Tools, 'targets'>,
): Promise<string | null> {
  try {
    return (await targets.read(key, settings)).identity;
  } catch (error) {
    if (error instanceof TargetUnavailable) return 'away';
    throw error;
  }
}

async function goOn(was: EnvironmentKey, is: EnvironmentKey, tools: Tools): Promise<void> {
  const { records } = tools;
  const [held, standing] = await Promise.all([records.hold(was), records.hold(is)]);
  const hold = held === null ? null : holdUnder(held, was.environment, is.environment, standing);
  if (hold !== null && standing !== null && standing.reason !== 'asked') {
    const why = `it is \`${was.environment}\` under another name, which is on hold.`;
    await endHold(is, standing, { actor: 'tidegate', why }, tools);
  }
  if (!(await records.takeNewName(was, is.environment, hold))) return;
  await announce(is.repositoryId, { kind: 'hold-moved', environment: is.environment }, tools);
  if ((hold?.issue ?? null) !== null) {
    await announce(is.repositoryId, { kind: 'alert', environment: is.environment }, tools);
  }
}

/** One that somebody asked for under the new name already comes back when the other ends. */
function holdUnder(held: Hold, was: string, is: string, standing: Hold | null): Hold {
  const hold = heldUnderNewName(held, was, is);
  const isAsked = standing?.reason === 'asked' && hold.reason !== 'asked';
  return isAsked ? { ...hold, beneath: standing } : hold;
}
