import type { EnvironmentKey } from '../../domain/repository.ts';
import { ShadowBaselineError } from '../../shadow/session.ts';
import { BaselineProblems } from './baseline-problems.ts';
import { findEnvironment } from '../environment.ts';
import { prepareShadow } from './prepare-shadow.ts';
import { readActual } from './read-actual.ts';
import { startIn } from './start-in.ts';
import type { Tools } from '../tools.ts';

/**
 * Makes the shadow ready that the next plan on an environment starts from. What stands in the way is left to that
 * plan, which has somebody to tell it to.
 */
export async function warmShadow(key: EnvironmentKey, tools: Tools, signal: AbortSignal): Promise<void> {
  const environment = await findEnvironment(key, tools);
  if (environment === null) return;
  const { host, policy, settings } = environment;
  const head = await host.branchHead(policy.branch);
  if (head === null) return;
  const [folder, actual] = await Promise.all([
    host.list(head, settings.directory),
    readActual(environment.key, policy, settings, tools),
  ]);
  if (folder.kind !== 'found' || actual.recorded === null) return;
  const input = {
    environment: policy.name,
    baseBranch: policy.branch,
    settings,
    desired: folder,
    base: folder,
    reader: host,
    actual: actual.recorded,
    roles: actual.roles,
    versionNumber: actual.versionNumber,
    findStart: startIn(host, policy, settings, tools),
    mayAskDatabase: false,
    problems: [],
    notes: [],
  };
  try {
    await prepareShadow(input, tools, signal);
  } catch (error) {
    if (!(error instanceof BaselineProblems || error instanceof ShadowBaselineError)) throw error;
    tools.log.debug({ ...environment.key, error: error.message }, 'no shadow could be made ready');
  }
}
