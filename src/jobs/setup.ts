import { createHash } from 'node:crypto';
import { ConfigError } from '../config/config-error.ts';
import { environmentPolicies } from '../config/environment-policies.ts';
import type { DatabaseEntry } from '../config/server-config.ts';
import { defaultMigrationSettings, type MigrationSettings } from '../domain/migration.ts';
import { rulesOf, type EnvironmentPolicy } from '../domain/policy.ts';
import type { Problem } from '../domain/problem.ts';
import { codeOwnersPaths } from '../gate/code-owners.ts';
import type { CodeHost, PullRequest } from '../ports/code-host.ts';
import { asksForOwners } from './code-owners.ts';
import { configurationPath } from './configuration-path.ts';
import type { PlanMemory } from './plan-memory.ts';
import type { Tools } from './tools.ts';

export { configurationPath };

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
  tools: Pick<Tools, 'databasesOf' | 'branches' | 'memory'>,
): Promise<Setup> {
  const setup = await readRules(host, tools);
  const { id, defaultBranch } = host.repository;
  const branches =
    setup.kind === 'ready' ? [defaultBranch, ...setup.environments.map(({ branch }) => branch)] : null;
  tools.branches.note(id, branches);
  return setup;
}

function readRules(host: CodeHost, tools: Pick<Tools, 'databasesOf' | 'memory'>): Promise<Setup> {
  return readRulesAt(host, host.repository.defaultBranch, tools);
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

/** What a pull request would make of the configuration. */
export interface ProposedConfiguration {
  /** As `Plan.configuration`; undefined where it is untouched, or not for the default branch, which alone decides. */
  readonly digest: string | undefined;
  /** Of the files that decide how plans are made, those that it changes. */
  readonly changed: readonly string[];
  /** What it would break; empty where it parses or is untouched. */
  readonly problems: readonly Problem[];
}

/**
 * Compares the configuration of a pull request's head with where its branch began, and the baselines that it names,
 * now or then: what a shadow starts from decides what a plan can show.
 */
export async function proposedConfiguration(
  host: CodeHost,
  { head, base, baseCommit }: Pick<PullRequest, 'head' | 'base' | 'baseCommit'>,
  environments: readonly EnvironmentPolicy[],
  { memory }: Pick<Tools, 'memory'>,
): Promise<ProposedConfiguration> {
  const ancestor = await host.mergeBase(baseCommit, head);
  const compared = (path: string): Promise<ComparedFile> => compareFile(host, ancestor, head, path);
  const configuration = await compared(configurationPath);
  const named = [...rulingFiles(environments), ...filesNamedBy(configuration.after, memory)];
  const baselines = [...new Set(named)].filter((path) => path !== configurationPath);
  const files = [configuration, ...(await Promise.all(baselines.map(compared)))];
  const changed = files.filter(({ isSame }) => !isSame);
  const { after, isSame } = configuration;
  return {
    digest: changed.length > 0 && base === host.repository.defaultBranch ? digestOf(changed) : undefined,
    changed: changed.map(({ path }) => path),
    problems: isSame || after === null ? [] : brokenBy(after, memory),
  };
}

interface ComparedFile {
  readonly path: string;
  readonly after: Uint8Array | null;
  readonly isSame: boolean;
}

async function compareFile(
  host: CodeHost,
  ancestor: string | null,
  head: string,
  path: string,
): Promise<ComparedFile> {
  const [before, after] = await Promise.all([
    ancestor === null ? null : host.readFile(ancestor, path),
    host.readFile(head, path),
  ]);
  const isSame = before === null ? after === null : after !== null && Buffer.compare(before, after) === 0;
  return { path, after, isSame };
}

/** Of the configuration alone it is the SHA-256 of the file itself. */
function digestOf(changed: readonly ComparedFile[]): string {
  const sumOf = ({ after }: ComparedFile): string =>
    createHash('sha256')
      .update(after ?? 'removed')
      .digest('hex');
  const [only] = changed;
  if (changed.length === 1 && only?.path === configurationPath) return sumOf(only);
  const all = changed.map((file) => [file.path, sumOf(file)]);
  return createHash('sha256').update(JSON.stringify(all)).digest('hex');
}

function filesNamedBy(configuration: Uint8Array | null, memory: PlanMemory): readonly string[] {
  if (configuration === null) return [];
  try {
    const { baseline, environments } = memory.configuration(configuration);
    const choices = [baseline, ...(environments ?? []).map((environment) => environment.baseline)];
    return choices.flatMap((choice) => (choice?.kind === 'file' ? [choice.path] : []));
  } catch (error) {
    if (error instanceof ConfigError) return [];
    throw error;
  }
}

function brokenBy(proposed: Uint8Array, memory: PlanMemory): readonly Problem[] {
  try {
    memory.configuration(proposed);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return configProblems(error, 'configuration-proposed');
    throw error;
  }
}

/** Who has to approve a change of the rules: all that the protected environments ask for, since it is for them all. */
export function policyOfRules(
  { environments }: Extract<Setup, { kind: 'ready' }>,
  policy: EnvironmentPolicy,
): EnvironmentPolicy {
  const guarded = environments.filter((one) => one.protected);
  if (guarded.length === 0) return policy;
  const rules = guarded.flatMap(({ approvals }) => rulesOf(approvals));
  const { from } = policy.approvals;
  return {
    ...policy,
    protected: true,
    approvals: { required: 0, from, also: { kind: 'all', rules, different: false } },
  };
}

/** The environment that a branch stands for; null where it is none. */
export function environmentOfBranch(
  setup: Extract<Setup, { kind: 'ready' }>,
  branch: string,
): EnvironmentPolicy | null {
  return setup.environments.find((environment) => environment.branch === branch) ?? null;
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
