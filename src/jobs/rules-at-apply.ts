import type { EnvironmentPolicy } from '../domain/policy.ts';
import type { BranchChange } from './branch-changes.ts';
import type { Environment } from './environment.ts';
import {
  environmentOfBranch,
  policyOfRules,
  readRulesAt,
  readSetup,
  rulingFiles,
  strictestPolicy,
  type Setup,
} from './setup.ts';
import type { Tools } from './tools.ts';

/** By what a change that is about to be applied is decided. */
export interface RulesAtApply {
  /** Each of them has to allow it. */
  readonly policies: readonly EnvironmentPolicy[];
  readonly changesRules: boolean;
}

type Ready = Extract<Setup, { kind: 'ready' }>;

/** A rebase brings at most as many commits as GitHub lists of a pull request. */
const farthest = 250;

/**
 * The policies that decide a change on its branch. One that itself changes the files that rule is decided by the
 * rules that stood before it as well as by those that it leaves: whoever may merge past the checks could else weaken
 * the rules and run anything by the same merge. `isPlannedSo`: its own plan says that it changes them.
 */
export async function rulesAtApply(
  environment: Environment,
  change: BranchChange,
  isPlannedSo: boolean,
  tools: Tools,
): Promise<RulesAtApply> {
  const { host, policy } = environment;
  const before =
    policy.branch === host.repository.defaultBranch ? await commitBefore(environment, change, tools) : null;
  const changed = before !== null && (await isRulesChange(environment, before, change.commit, tools));
  if (!changed && !isPlannedSo) return { policies: [policy], changesRules: false };
  const setup = await readSetup(host, tools);
  const after = setup.kind === 'ready' ? policyOfRules(setup, policy) : policy;
  if (!changed) return { policies: [after], changesRules: true };
  const stood = policyBefore(await readRulesAt(host, before, tools), policy);
  return { policies: [stood, after], changesRules: true };
}

/** The branch's commit before the first one that the change brought; null where there is none. */
async function commitBefore(
  { key, host, policy }: Environment,
  { since, pullRequest }: BranchChange,
  { records }: Pick<Tools, 'records'>,
): Promise<string | null> {
  let before = since;
  // A push can bring a commit that changes the rules alone before the one that it is for.
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
  const compared = paths.map(async (path) => {
    const [then, now] = await Promise.all([host.readFile(before, path), host.readFile(after, path)]);
    return then === null || now === null ? then !== now : Buffer.compare(then, now) !== 0;
  });
  return (await Promise.all(compared)).includes(true);
}

/** What the rules before asked of a change of rules; of an environment that they did not know, what guards them. */
function policyBefore(setup: Setup, policy: EnvironmentPolicy): EnvironmentPolicy {
  if (setup.kind === 'broken') return { ...strictestPolicy(policy.branch), name: policy.name };
  return policyOfRules(setup, knownBefore(setup, policy) ?? policy);
}

function knownBefore(setup: Ready, { name, branch }: EnvironmentPolicy): EnvironmentPolicy | null {
  return setup.environments.find((one) => one.name === name) ?? environmentOfBranch(setup, branch);
}
