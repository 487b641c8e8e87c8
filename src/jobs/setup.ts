import { createHash } from 'node:crypto';
import { ConfigError } from '../config/config-error.ts';
import { environmentPolicies } from '../config/environment-policies.ts';
import type { DatabaseEntry } from '../config/server-config.ts';
import { parseRepositoryConfig, type RepositoryConfig } from '../config/repository-config.ts';
import { defaultMigrationSettings, type MigrationSettings } from '../domain/migration.ts';
import type { EnvironmentPolicy } from '../domain/policy.ts';
import type { Problem } from '../domain/problem.ts';
import type { CodeHost, PullRequest } from '../ports/code-host.ts';
import type { Tools } from './tools.ts';

export const configurationPath = '.github/tidegate.yml';

/** What rules a repository lives by, read from its default branch alone. */
export type Setup =
  | {
      readonly kind: 'ready';
      readonly settings: MigrationSettings;
      readonly environments: readonly EnvironmentPolicy[];
    }
  | { readonly kind: 'broken'; readonly problems: readonly Problem[] };

/** Reads the repository's file and lays the server's floor under it. */
export async function readSetup(
  host: CodeHost,
  tools: Pick<Tools, 'databasesOf' | 'branches'>,
): Promise<Setup> {
  const setup = await readRules(host, tools);
  const { id, defaultBranch } = host.repository;
  const branches =
    setup.kind === 'ready' ? [defaultBranch, ...setup.environments.map(({ branch }) => branch)] : null;
  tools.branches.note(id, branches);
  return setup;
}

async function readRules(host: CodeHost, tools: Pick<Tools, 'databasesOf'>): Promise<Setup> {
  const databases = await tools.databasesOf(host.repository);
  return setupOf(await host.readFile(host.repository.defaultBranch, configurationPath), databases);
}

/** What the bytes of a repository's file come to; null for a repository without one. */
export function setupOf(bytes: Uint8Array | null, databases: readonly DatabaseEntry[]): Setup {
  try {
    const config = bytes === null ? null : parse(bytes);
    return {
      kind: 'ready',
      settings: config?.migrations ?? defaultMigrationSettings,
      environments: environmentPolicies(config, databases),
    };
  } catch (error) {
    if (error instanceof ConfigError)
      return { kind: 'broken', problems: configProblems(error, 'configuration') };
    throw error;
  }
}

/** What a pull request would make of the configuration. */
export interface ProposedConfiguration {
  /** As `Plan.configuration`; undefined where it is untouched, or not for the default branch, which alone decides. */
  readonly digest: string | undefined;
  /** What it would break; empty where it parses or is untouched. */
  readonly problems: readonly Problem[];
}

/** Compares the configuration of a pull request's head with where its branch began. */
export async function proposedConfiguration(
  host: CodeHost,
  { head, base, baseCommit }: Pick<PullRequest, 'head' | 'base' | 'baseCommit'>,
): Promise<ProposedConfiguration> {
  const ancestor = await host.mergeBase(baseCommit, head);
  const [before, proposed] = await Promise.all([
    ancestor === null ? null : host.readFile(ancestor, configurationPath),
    host.readFile(head, configurationPath),
  ]);
  const isSame =
    before === null ? proposed === null : proposed !== null && Buffer.compare(before, proposed) === 0;
  if (isSame) return { digest: undefined, problems: [] };
  const sum = createHash('sha256')
    .update(proposed ?? 'removed')
    .digest('hex');
  const digest = base === host.repository.defaultBranch ? sum : undefined;
  return { digest, problems: proposed === null ? [] : brokenBy(proposed) };
}

function brokenBy(proposed: Uint8Array): readonly Problem[] {
  try {
    parse(proposed);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return configProblems(error, 'configuration-proposed');
    throw error;
  }
}

/**
 * Who has to approve a change of the rules: as for the environment that asks for the most, since the rules are for
 * all of them.
 */
export function policyOfRules(
  { environments }: Extract<Setup, { kind: 'ready' }>,
  policy: EnvironmentPolicy,
): EnvironmentPolicy {
  const wanted = (one: EnvironmentPolicy): number => (one.protected ? one.approvals.required : 0);
  const strictest = environments.reduce((most, one) => (wanted(one) > wanted(most) ? one : most), policy);
  return { ...policy, protected: strictest.protected, approvals: strictest.approvals };
}

/** The environment that a branch stands for; null where it is none. */
export function environmentOfBranch(
  setup: Extract<Setup, { kind: 'ready' }>,
  branch: string,
): EnvironmentPolicy | null {
  return setup.environments.find((environment) => environment.branch === branch) ?? null;
}

function parse(bytes: Uint8Array): RepositoryConfig {
  return parseRepositoryConfig(new TextDecoder().decode(bytes), configurationPath);
}

function configProblems(
  error: ConfigError,
  code: 'configuration' | 'configuration-proposed',
): readonly Problem[] {
  return error.problems.map(({ path, line, message }) => ({ code, message, path, line }));
}

/** What a branch is taken for while the configuration cannot be read: protected, one approval by an admin. */
export function strictestPolicy(branch: string): EnvironmentPolicy {
  const approvals = { required: 1, from: [{ kind: 'role', role: 'admin' } as const] };
  return { name: branch, branch, protected: true, promotesFrom: null, approvals, rollback: approvals };
}
