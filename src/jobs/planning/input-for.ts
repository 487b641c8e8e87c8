import type { MigrationSettings } from '../../domain/migration.ts';
import type { EnvironmentPolicy } from '../../domain/policy.ts';
import type { CodeHost } from '../../ports/code-host.ts';
import type { Tools } from '../tools.ts';
import type { PlanInput } from './plan-input.ts';
import type { Actual } from './read-actual.ts';
import { startIn } from './start-in.ts';

/** What of a plan's input is the same for every change of an environment's branch, by what was read of its target. */
export function inputFor(
  { host, policy, settings }: InputPlace,
  { recorded, versionNumber, roles }: Pick<Actual, 'recorded' | 'versionNumber' | 'roles'>,
  tools: Tools,
): Omit<PlanInput, 'desired' | 'base' | 'problems' | 'notes'> {
  return {
    environment: policy.name,
    baseBranch: policy.branch,
    settings,
    reader: host,
    actual: recorded,
    versionNumber,
    roles,
    mayAskDatabase: !policy.protected,
    findStart: startIn(host, policy, settings, tools),
  };
}

interface InputPlace {
  readonly host: CodeHost;
  readonly policy: EnvironmentPolicy;
  readonly settings: MigrationSettings;
}
