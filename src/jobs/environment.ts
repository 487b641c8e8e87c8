import type { Hold } from '../domain/hold.ts';
import type { MigrationSettings } from '../domain/migration.ts';
import type { Plan } from '../domain/plan.ts';
import type { EnvironmentPolicy } from '../domain/policy.ts';
import type { EnvironmentKey } from '../domain/repository.ts';
import type { TargetState } from '../ports/target.ts';
import type { CodeHost } from '../ports/code-host.ts';
import type { Tree } from '../ports/tree.ts';
import { blobsByName } from './planning/named-migrations.ts';
import type { Standing } from './applying/reconcile-rules.ts';
import { policyOfRules, readSetup, type Setup } from './setup.ts';
import type { Tools } from './tools.ts';

/** One environment with all that a job on it needs. */
export interface Environment {
  readonly key: EnvironmentKey;
  readonly host: CodeHost;
  readonly policy: EnvironmentPolicy;
  /** By which it takes a change of the rules. */
  readonly policyOfRules: EnvironmentPolicy;
  readonly settings: MigrationSettings;
}

/** Finds an environment by name; null where the App, the configuration or the server no longer know it. */
export async function findEnvironment(key: EnvironmentKey, tools: Tools): Promise<Environment | null> {
  const host = await tools.hosts.forRepository(key.repositoryId);
  return host === null ? null : environmentBy(host, await readSetup(host, tools), key, tools);
}

/** The same, where its repository was found and its rules were read already. */
export function environmentBy(
  host: CodeHost,
  setup: Setup,
  key: EnvironmentKey,
  tools: Pick<Tools, 'targets'>,
): Environment | null {
  if (setup.kind === 'broken') return null;
  const policy = setup.environments.find(({ name }) => name === key.environment);
  if (policy === undefined || !tools.targets.has(key)) return null;
  return environmentOf(host, setup, policy);
}

/** The environment of a policy that was found already. */
export function environmentOf(
  host: CodeHost,
  setup: Extract<Setup, { kind: 'ready' }>,
  policy: EnvironmentPolicy,
): Environment {
  return {
    key: { repositoryId: host.repository.id, environment: policy.name },
    host,
    policy,
    policyOfRules: policyOfRules(setup, policy),
    settings: setup.settings,
  };
}

/** By which policy a plan is decided there. */
export function policyFor(
  { policy, policyOfRules: ofRules }: Pick<Environment, 'policy' | 'policyOfRules'>,
  { configuration }: Pick<Plan, 'configuration'>,
): EnvironmentPolicy {
  return configuration === undefined ? policy : ofRules;
}

/** How an environment on hold stands against a folder: its branch's, or what a merge would make of it. */
export async function standingOf(
  { host, settings }: Pick<Environment, 'host' | 'settings'>,
  hold: Hold,
  folder: Tree,
  state: TargetState,
): Promise<Standing> {
  const held: Tree = hold.commit === null ? folder : await host.list(hold.commit, settings.directory);
  return {
    held: blobsByName(held, settings),
    branch: blobsByName(folder, settings),
    applied: new Set(state.history.map(({ name }) => name)),
    halfBack: new Set(state.halfway.flatMap(({ name, direction }) => (direction === 'down' ? [name] : []))),
  };
}
