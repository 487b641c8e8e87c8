import type { EnvironmentPolicy } from '../../domain/policy.ts';
import { landedBy, type BranchChange } from './branch-changes.ts';
import { isAnyChanged } from '../changed-files.ts';
import type { Environment } from '../environment.ts';
import { pushOf } from '../gating/pushed-contributors.ts';
import {
  environmentsOfBranch,
  policyOfRules,
  readRulesAt,
  readSetup,
  rulingFiles,
  strictestPolicy,
  type Setup,
} from '../setup.ts';
import type { Tools } from '../tools.ts';

/** A policy, and the commit whose code owners go with it where those are not the ones of now. */
export interface RulesOfCommit {
  readonly policy: EnvironmentPolicy;
  readonly ownersAt?: string;
}

/** By what a change that is about to be applied is decided. */
export interface RulesAtApply {
  /** Each of them has to allow it. */
  readonly rules: readonly RulesOfCommit[];
  readonly changesRules: boolean;
}

type Ready = Extract<Setup, { kind: 'ready' }>;

/** A rebase brings at most as many commits as GitHub lists of a pull request. */
const farthest = 250;

/** What is asked about: a change as it is on its branch. */
type Landed = Pick<BranchChange, 'commit' | 'since' | 'pullRequest'>;

/**
 * The policies that decide a change on its branch. One that itself changes the files that rule, or came in one push
 * with a commit that does, is decided by the rules that stood before it as well as by those that it leaves: whoever
 * may merge past the checks could else weaken the rules and run anything by the same merge. `isPlannedSo`: its own
 * plan says that it changes them.
 */
export async function rulesAtApply(
  environment: Environment,
  change: Landed,
  isPlannedSo: boolean,
  tools: Tools,
): Promise<RulesAtApply> {
  const { host, policy } = environment;
  const stood =
    policy.branch === host.repository.defaultBranch ? await rulesBefore(environment, change, tools) : [];
  if (stood.length === 0 && !isPlannedSo) return { rules: [{ policy }], changesRules: false };
  const setup = await readSetup(host, tools);
  const after = setup.kind === 'ready' ? policyOfRules(setup, policy) : policy;
  const before = stood.map(({ setup: then, commit }) => ({
    policy: policyBefore(then, policy),
    ownersAt: commit,
  }));
  return { rules: [...before, { policy: after }], changesRules: true };
}

interface Stood {
  readonly setup: Setup;
  readonly commit: string;
}

/** The rules that stood before the change, where they are others than those after it. */
async function rulesBefore(
  environment: Environment,
  change: Landed,
  tools: Tools,
): Promise<readonly Stood[]> {
  const { host } = environment;
  const found: Stood[] = [];
  const read = async (commit: string): Promise<Stood> => ({
    setup: await readRulesAt(host, commit, tools),
    commit,
  });
  const isChange = (before: string): Promise<boolean> =>
    isRulesChange(environment, before, change.commit, tools);
  const own = await commitBefore(environment, change, tools);
  if (own !== null && (await isChange(own))) found.push(await read(own));
  const pushed = (await pushOf(host, tools, environment.policy.branch, change.commit))?.before ?? null;
  if (pushed === null || pushed === own || !(await isChange(pushed))) return found;
  if (await isAllMerged(environment, pushed, change)) return found;
  return [...found, await read(pushed)];
}

/** Whether a change and all that came before it in its push were merged: a merge queue brings several at once. */
async function isAllMerged(
  { host, policy }: Environment,
  before: string,
  { commit, pullRequest }: Landed,
): Promise<boolean> {
  if (pullRequest === null) return false;
  const commits = await host.firstParentCommits(before, commit);
  for (const { sha } of commits ?? []) {
    if ((await landedBy(host, { sha }, policy.branch)) === null) return false;
  }
  return commits !== null;
}

/** The branch's commit before the first one that the change brought; null where there is none. */
async function commitBefore(
  { key, host, policy }: Environment,
  { since, pullRequest }: Landed,
  { records }: Pick<Tools, 'records'>,
): Promise<string | null> {
  let before = since;
  // What was pushed on its own since the branch was dealt with last can have changed the rules alone.
  if (pullRequest === null) return (await records.reconciledCommit(key)) ?? before;
  // Commits of a rebased pull request that leave the migrations alone come before the change, and may change the rules.
  for (let walked = 0; before !== null && walked < farthest; walked += 1) {
    const landed = await host.mergedPullRequestsOf(before, policy.branch);
    if (!landed.some(({ number }) => number === pullRequest.number)) break;
    before = (await host.commit(before))?.firstParent ?? null;
  }
  return before;
}

async function isRulesChange(
  { host }: Environment,
  before: string,
  after: string,
  tools: Tools,
): Promise<boolean> {
  const setups = await Promise.all([before, after].map((commit) => readRulesAt(host, commit, tools)));
  const paths = rulingFiles(setups.flatMap((setup) => (setup.kind === 'ready' ? setup.environments : [])));
  return isAnyChanged(host, paths, before, after);
}

/** What the rules before asked of a change of rules; of an environment that they did not know, what guards them. */
function policyBefore(setup: Setup, policy: EnvironmentPolicy): EnvironmentPolicy {
  if (setup.kind === 'broken') return { ...strictestPolicy(policy.branch), name: policy.name };
  return policyOfRules(setup, knownBefore(setup, policy) ?? policy);
}

function knownBefore(setup: Ready, { name, branch }: EnvironmentPolicy): EnvironmentPolicy | null {
  return (
    setup.environments.find((one) => one.name === name) ?? environmentsOfBranch(setup, branch)[0] ?? null
  );
}
