import { ConfigError } from '../config/config-error.ts';
import { environmentPolicies } from '../config/environment-policies.ts';
import type { DatabaseEntry } from '../config/server-config.ts';
import { defaultMigrationSettings, type MigrationSettings } from '../domain/migration.ts';
import { rulesOf, subjectsInEach, type EnvironmentPolicy } from '../domain/policy.ts';
import type { Problem } from '../domain/problem.ts';
import { environmentsOn } from '../domain/shared-branch.ts';
import { codeOwnersPaths } from '../gate/code-owners.ts';
import type { CodeHost } from '../ports/code-host.ts';
import type { AgreedRules } from '../ports/record-rows.ts';
import { asksForOwners } from './gating/code-owners.ts';
import { configurationPath } from './configuration-path.ts';
import { sumOf } from './ruling/rules-digest.ts';
import type { Tools } from './tools.ts';

export { configurationPath };

/** What rules a repository lives by, read from its default branch alone, as they were agreed to. */
export type Setup =
  | {
      readonly kind: 'ready';
      readonly settings: MigrationSettings;
      readonly environments: readonly EnvironmentPolicy[];
    }
  | { readonly kind: 'broken'; readonly problems: readonly Problem[] };

export type SetupTools = Pick<Tools, 'databasesOf' | 'memory' | 'records'>;

/** Reads the repository's file and lays the server's floor under it. */
export async function readSetup(host: CodeHost, tools: SetupTools & Pick<Tools, 'branches'>): Promise<Setup> {
  const setup = await rulesInForce(host, tools);
  const { id, defaultBranch } = host.repository;
  const branches =
    setup.kind === 'ready' ? [defaultBranch, ...setup.environments.map(({ branch }) => branch)] : null;
  tools.branches.note(id, branches);
  return setup;
}

/**
 * The rules that decide now: those of the default branch where they are the ones that were agreed to, or none ever
 * were; else those that were agreed to last. A file that cannot be read rules nothing, whatever was agreed before.
 */
async function rulesInForce(host: CodeHost, tools: SetupTools): Promise<Setup> {
  const { id, defaultBranch } = host.repository;
  const bytes = await host.readFile(defaultBranch, configurationPath);
  const standing = setupOf(bytes, await tools.databasesOf(host.repository), tools);
  if (standing.kind === 'broken') return standing;
  const agreed = await tools.records.agreedRules(id);
  if (agreed === null || agreed.files[configurationPath] === sumOf(bytes)) return standing;
  return readAgreed(host, agreed, tools);
}

/** The rules that were agreed to, read where they stood; broken where that commit is gone. */
export async function readAgreed(
  host: CodeHost,
  { commit, files }: AgreedRules,
  tools: Pick<Tools, 'databasesOf' | 'memory'>,
): Promise<Setup> {
  const bytes = await host.readFile(commit, configurationPath);
  if (files[configurationPath] !== sumOf(bytes)) return { kind: 'broken', problems: [agreedGone(commit)] };
  return setupOf(bytes, await tools.databasesOf(host.repository), tools);
}

function agreedGone(commit: string): Problem {
  return {
    code: 'configuration',
    path: configurationPath,
    message:
      `The rules that were agreed to last were expected at commit ${commit.slice(0, 10)}, and cannot be read there any ` +
      'more. Put the file on the default branch back as it was there.',
  };
}

/** Where files that rule beside the configuration are read: at what was agreed to last, else on the default branch. */
export async function rulesRef(
  { repository }: Pick<CodeHost, 'repository'>,
  { records }: Pick<Tools, 'records'>,
): Promise<string> {
  return (await records.agreedRules(repository.id))?.commit ?? repository.defaultBranch;
}

/** The rules as they stand at a commit or branch; what is done now goes by `readSetup`. */
export async function readRulesAt(
  host: CodeHost,
  ref: string,
  tools: Pick<Tools, 'databasesOf' | 'memory'>,
): Promise<Setup> {
  const databases = await tools.databasesOf(host.repository);
  return setupOf(await host.readFile(ref, configurationPath), databases, tools);
}

/** What the bytes of a repository's file come to; null for a repository without one. */
export function setupOf(
  bytes: Uint8Array | null,
  databases: readonly DatabaseEntry[],
  { memory }: Pick<Tools, 'memory'>,
): Setup {
  try {
    const config = bytes === null ? null : memory.configuration(bytes);
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

/** The files that decide how plans are made and gated: the configuration, and the baselines and owners that it leans on. */
export function rulingFiles(environments: readonly EnvironmentPolicy[]): readonly string[] {
  const baselines = environments.flatMap(({ baseline }) =>
    baseline?.kind === 'file' ? [baseline.path] : [],
  );
  const owners = environments.some(({ approvals }) => asksForOwners(approvals)) ? codeOwnersPaths : [];
  return [...new Set([configurationPath, ...baselines, ...owners])];
}

/**
 * Who has to approve a change of the rules: all that the protected environments ask for, since it is for them all. So
 * only whom each of them names may break their glass, and duties are apart that any of them sets apart.
 */
export function policyOfRules(
  { environments }: Extract<Setup, { kind: 'ready' }>,
  policy: EnvironmentPolicy,
): EnvironmentPolicy {
  const guarded = environments.filter((one) => one.protected);
  if (guarded.length === 0) return policy;
  const rules = guarded.flatMap(({ approvals }) => rulesOf(approvals));
  const { from } = policy.approvals;
  const duties = guarded.flatMap(({ separate }) => separate ?? []);
  return {
    ...policy,
    protected: true,
    approvals: { required: 0, from, also: { kind: 'all', rules, different: false } },
    breakGlass: subjectsInEach(guarded.map(({ breakGlass = [] }) => breakGlass)),
    separate: {
      approvingAndMerging: duties.some((one) => one.approvingAndMerging),
      writingAndConfirming: duties.some((one) => one.writingAndConfirming),
    },
  };
}

/** The environments that a branch stands for, in the order in which they take its changes; none where it is none. */
export function environmentsOfBranch(
  { environments }: Extract<Setup, { kind: 'ready' }>,
  branch: string,
): readonly EnvironmentPolicy[] {
  return environmentsOn(branch, environments);
}

/** What is wrong with a file, for people. */
export function configProblems(
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
