import { compareMigrationNames } from '../../migrations/order.ts';
import { nameAfter } from '../../plan/name-after.ts';
import { TargetUnavailable } from '../../ports/target.ts';
import type { Environment } from '../environment.ts';
import { readSetup } from '../setup.ts';
import type { Tools } from '../tools.ts';
import { readFolder } from './read-folder.ts';

/**
 * A name for a migration that Tidegate writes, by its `words`: behind all that run or stand in any environment of the
 * repository, or that Tidegate has offered, so that it has its place wherever it comes to. `names` are known beside
 * those. A database that does not answer is left out; its branch is not.
 */
export async function nameAboveAll(
  environment: Environment,
  names: readonly string[],
  words: string,
  tools: Tools,
): Promise<string> {
  const all = [...names, ...(await namesElsewhere(environment, tools))];
  const last = all.toSorted(compareMigrationNames).at(-1) ?? '0';
  return nameAfter(last, `0_${words}`);
}

async function namesElsewhere(
  { key, host, policy, settings }: Environment,
  tools: Tools,
): Promise<readonly string[]> {
  const setup = await readSetup(host, tools);
  const others = setup.kind === 'ready' ? setup.environments.filter(({ name }) => name !== policy.name) : [];
  const offers = (await host.openPullRequests()).filter(({ headBranch }) => headBranch.startsWith(ours));
  const refs = [...others.map(({ branch }) => branch), ...offers.map(({ head }) => head)];
  const found = await Promise.all([
    ...refs.map(async (ref) => {
      const { files } = readFolder(await host.list(ref, settings.directory), settings);
      return files.map(({ name }) => name);
    }),
    ...others.map(({ name }) => namesRun({ ...key, environment: name }, settings, tools)),
  ]);
  return found.flat();
}

/** What the branches begin with that Tidegate makes. */
const ours = 'tidegate/';

async function namesRun(
  key: Environment['key'],
  settings: Environment['settings'],
  { targets }: Pick<Tools, 'targets'>,
): Promise<readonly string[]> {
  if (!targets.has(key)) return [];
  try {
    const { history } = await targets.read(key, settings);
    return history.map(({ name }) => name);
  } catch (error) {
    if (error instanceof TargetUnavailable) return [];
    throw error;
  }
}
