import { comparePolicies, compareSettings, type ChangedEnvironment } from '../../gate/compare-policies.ts';
import type { CodeHost, PullRequest } from '../../ports/code-host.ts';
import type { RulesView } from '../../report/rules-view.ts';
import { comparePast, fewPeople, type Compared } from './compare-past.ts';
import { configurationPath, setupOf, type Setup } from '../setup.ts';
import type { Tools } from '../tools.ts';

/** So many merged pull requests are looked at: each costs a read of the control database, and GitHub next to nothing. */
const lookedAt = 50;

/**
 * What a pull request that changes the repository's file would change of the environments' rules and settings, and what the new
 * ones would have decided on what was merged last. Null where it changes none, or its file cannot be read.
 */
export async function rulesChange(
  host: CodeHost,
  { head }: PullRequest,
  setup: Extract<Setup, { kind: 'ready' }>,
  tools: Pick<Tools, 'records' | 'databasesOf' | 'memory'>,
): Promise<RulesView | null> {
  const [bytes, databases] = await Promise.all([
    host.readFile(head, configurationPath),
    tools.databasesOf(host.repository),
  ]);
  const proposed = setupOf(bytes, databases, tools);
  if (proposed.kind === 'broken') return null;
  const environments = [
    ...compareSettings(setup.settings, proposed.settings),
    ...comparePolicies(setup.environments, proposed.environments),
  ];
  if (environments.length === 0) return null;
  return { environments, past: await pastOf(host, environments, setup, proposed, tools) };
}

type Ready = Extract<Setup, { kind: 'ready' }>;

async function pastOf(
  host: CodeHost,
  changed: readonly ChangedEnvironment[],
  present: Ready,
  proposed: Ready,
  tools: Pick<Tools, 'records'>,
): Promise<RulesView['past']> {
  const past = await tools.records.decisionsOnMerged(host.repository.id, lookedAt);
  const people = fewPeople(host);
  const found: Record<Compared, number[]> = {
    same: [],
    'not-known': [],
    'would-wait': [],
    'would-pass': [],
    'asked-more': [],
    'asked-fewer': [],
  };
  for (const one of past) {
    const [before, after] = [present, proposed].map(({ environments }) =>
      environments.find(({ name }) => name === one.environment),
    );
    // What stays as it is decides as it did, and of what is new nothing is past.
    if (!changed.some(({ name }) => name === one.environment)) found.same.push(one.pullRequest);
    else if (before === undefined || after === undefined) found['not-known'].push(one.pullRequest);
    else
      found[
        await comparePast({ ...one, repositoryId: host.repository.id }, [before, after], people, tools)
      ].push(one.pullRequest);
  }
  return {
    looked: past.length,
    notKnown: found['not-known'].length,
    wouldWait: found['would-wait'],
    wouldPass: found['would-pass'],
    askedMore: found['asked-more'],
    askedFewer: found['asked-fewer'],
  };
}
