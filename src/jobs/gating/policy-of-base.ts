import type { EnvironmentPolicy } from '../../domain/policy.ts';
import type { CodeHost } from '../../ports/code-host.ts';
import { environmentsOfBranch, type Setup } from '../setup.ts';

type Ready = Extract<Setup, { kind: 'ready' }>;

/**
 * By whose policies what goes into a branch is gated, in the order in which they take it: its environments'; on a
 * default branch that is no environment the one for changes of the rules, which are read there; none for any other.
 */
export function policiesOfBase(
  { repository }: Pick<CodeHost, 'repository'>,
  setup: Ready,
  branch: string,
): readonly EnvironmentPolicy[] {
  const environments = environmentsOfBranch(setup, branch);
  if (environments.length > 0) return environments;
  return branch === repository.defaultBranch ? [policyForRules(setup, branch)] : [];
}

/** The first of them, which stands for all where something is asked once for a branch; null where there is none. */
export function policyOfBase(
  host: Pick<CodeHost, 'repository'>,
  setup: Ready,
  branch: string,
): EnvironmentPolicy | null {
  return policiesOfBase(host, setup, branch)[0] ?? null;
}

/**
 * Nothing runs there, so that it guards the rules alone; whom it asks then is for `policyOfRules` to say. It carries
 * the branch's name as the checks do while the rules cannot be read, unless that is an environment's.
 */
function policyForRules({ environments }: Ready, branch: string): EnvironmentPolicy {
  const isTaken = environments.some(({ name }) => name === branch);
  const name = isTaken ? `rules on ${branch}` : branch;
  const guarded = environments.filter((one) => one.protected);
  const approvals = guarded[0]?.approvals ?? { required: 1, from: [] };
  return {
    name,
    branch,
    protected: guarded.length > 0,
    promotesFrom: null,
    approvals,
    rollback: approvals,
  };
}
