import type { EnvironmentPolicy } from '../../domain/policy.ts';
import type { CodeHost } from '../../ports/code-host.ts';
import { environmentOfBranch, type Setup } from '../setup.ts';

type Ready = Extract<Setup, { kind: 'ready' }>;

/**
 * By whose policy what goes into a branch is gated: its environment's; on a default branch that is no environment the
 * one for changes of the rules, which are read there; null for any other branch.
 */
export function policyOfBase(
  { repository }: Pick<CodeHost, 'repository'>,
  setup: Ready,
  branch: string,
): EnvironmentPolicy | null {
  const environment = environmentOfBranch(setup, branch);
  if (environment !== null) return environment;
  return branch === repository.defaultBranch ? policyForRules(setup, branch) : null;
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
