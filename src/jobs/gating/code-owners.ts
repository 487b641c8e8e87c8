import type { OwnedPath } from '../../domain/gate.ts';
import { rulesOf, subjectsOf, type ApprovalPolicy } from '../../domain/policy.ts';
import { codeOwnersPaths, ownersOf } from '../../gate/code-owners.ts';
import type { CodeHost } from '../../ports/code-host.ts';

/** Whether an environment's approvals ask for code owners. */
export function asksForOwners(approvals: ApprovalPolicy): boolean {
  return rulesOf(approvals).some((rule) => subjectsOf(rule).some(({ kind }) => kind === 'code-owners'));
}

/**
 * Who owns each path by the CODEOWNERS file at `at`: of the default branch, where the rules are read too, since one on
 * another branch could be changed by who profits. Empty where the policy does not ask for code owners.
 */
export async function codeOwnersOf(
  host: CodeHost,
  approvals: ApprovalPolicy,
  paths: readonly string[],
  at: string,
): Promise<readonly OwnedPath[]> {
  if (!asksForOwners(approvals)) return [];
  for (const path of codeOwnersPaths) {
    const bytes = await host.readFile(at, path);
    if (bytes !== null) return ownersOf(new TextDecoder().decode(bytes), paths);
  }
  return paths.map((path) => ({ path, owners: [] }));
}
