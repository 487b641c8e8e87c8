import type { MigrationSettings } from '../domain/migration.ts';
import type { EnvironmentPolicy } from '../domain/policy.ts';
import type { CodeHost } from '../ports/code-host.ts';
import { startOf, type FindStart, type StartTools } from './baseline-start.ts';

/** What shadows of an environment start from. Its file is read from the default branch, as is the one that names it. */
export function startIn(
  host: CodeHost,
  { name, baseline }: EnvironmentPolicy,
  settings: MigrationSettings,
  tools: StartTools,
): FindStart | undefined {
  const { id, defaultBranch } = host.repository;
  const readFile = (path: string): Promise<Uint8Array | null> => host.readFile(defaultBranch, path);
  return startOf(baseline, { key: { repositoryId: id, environment: name }, settings, readFile }, tools);
}
