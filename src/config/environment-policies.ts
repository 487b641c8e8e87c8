import type { ApprovalPolicy, ApprovalRule, EnvironmentPolicy, Subject } from '../domain/policy.ts';
import { anybodyWithWrite, type RepositoryConfig } from './repository-config.ts';
import type { DatabaseEntry, LeastPolicy } from './server-config.ts';

type Floor = Pick<DatabaseEntry, 'environment' | 'least'>;

/**
 * What holds for each environment: the repository's file with the server's floor laid under it. Without a file, or
 * where it names no environments, each database's environment has the branch of its name and is protected by one
 * approval of anybody with write, unless the server says otherwise. Environments of the file without a database
 * are in it too; databases whose environment the file does not name are not.
 */
export function environmentPolicies(
  config: RepositoryConfig | null,
  databases: readonly Floor[],
): EnvironmentPolicy[] {
  const environments = config?.environments ?? unwritten(databases);
  const common = config?.baseline ?? null;
  return environments.map((written) => {
    const beside = besideOf(written, environments);
    const policy = {
      ...(common === null ? {} : { baseline: common }),
      ...(beside.length === 0 ? {} : { beside }),
      ...written,
    };
    const floors = databases.filter(({ environment }) => environment === policy.name);
    return floors.reduce(
      (raised, { least }) => (least === undefined ? raised : raise(raised, least)),
      policy,
    );
  });
}

function besideOf(
  { name, branch }: EnvironmentPolicy,
  environments: readonly EnvironmentPolicy[],
): readonly string[] {
  return environments.filter((one) => one.branch === branch && one.name !== name).map((one) => one.name);
}

function unwritten(databases: readonly Floor[]): readonly EnvironmentPolicy[] {
  const names = [...new Set(databases.map(({ environment }) => environment))];
  return names.map((name) => {
    // Where several databases make up one environment, all of them have to agree to leave it open.
    const isProtected = databases.some(
      ({ environment, least }) => environment === name && (least?.protected ?? least?.approvals !== 0),
    );
    const approvals = { required: isProtected ? 1 : 0, from: anybodyWithWrite };
    return {
      name,
      branch: name,
      protected: isProtected,
      promotesFrom: null,
      approvals,
      rollback: approvals,
    };
  });
}

function raise(policy: EnvironmentPolicy, least: LeastPolicy): EnvironmentPolicy {
  const floor = Math.max(least.approvals ?? 0, least.protected === true || least.from !== undefined ? 1 : 0);
  if (floor === 0) return policy;
  return {
    ...policy,
    protected: true,
    approvals: raiseApprovals(policy.approvals, floor, least.from),
    rollback: { ...policy.rollback, required: Math.max(policy.rollback.required, 1) },
  };
}

/** From whom the server's floor asks for approvals: whom it names itself, else whom the repository names. */
function raiseApprovals(
  approvals: ApprovalPolicy,
  floor: number,
  from: readonly Subject[] | undefined,
): ApprovalPolicy {
  if (from === undefined) return { ...approvals, required: Math.max(approvals.required, floor) };
  const rule: ApprovalRule = { kind: 'people', required: floor, from };
  const { also } = approvals;
  return {
    ...approvals,
    also: also === undefined ? rule : { kind: 'all', rules: [also, rule], different: false },
  };
}
