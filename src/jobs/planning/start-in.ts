import type { MigrationSettings } from '../../domain/migration.ts';
import type { EnvironmentPolicy } from '../../domain/policy.ts';
import type { CodeHost } from '../../ports/code-host.ts';
import { rulesRef } from '../setup.ts';
import type { Tools } from '../tools.ts';
import { startOf, type FindStart, type StartTools } from './baseline-start.ts';

/** What shadows of an environment start from. Its file is read where the rules stand that name it. */
export function startIn(
  host: CodeHost,
  { name, baseline }: EnvironmentPolicy,
  settings: MigrationSettings,
  tools: StartTools & Pick<Tools, 'records'>,
): FindStart | undefined {
  const { id } = host.repository;
  const readFile = async (path: string): Promise<Uint8Array | null> =>
    host.readFile(await rulesRef(host, tools), path);
  return startOf(baseline, { key: { repositoryId: id, environment: name }, settings, readFile }, tools);
}
