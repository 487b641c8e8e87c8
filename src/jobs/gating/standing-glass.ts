import type { EnvironmentPolicy } from '../../domain/policy.ts';
import type { EnvironmentKey } from '../../domain/repository.ts';
import { isAnyOf, isBotLogin } from '../../gate/rights.ts';
import type { CodeHost } from '../../ports/code-host.ts';
import type { GlassRecord } from '../../ports/record-rows.ts';
import type { Tools } from '../tools.ts';

export interface GlassQuestion {
  readonly key: EnvironmentKey;
  readonly policy: Pick<EnvironmentPolicy, 'breakGlass'>;
  readonly digest: string;
  readonly pullRequest: number | null;
  /** The commit that brought it to the branch; null before. */
  readonly commit: string | null;
}

/**
 * Who had this very change let through, where they still may: asked anew. What has been applied by it once is not let
 * through again under another commit.
 */
export async function standingGlass(
  host: CodeHost,
  tools: Pick<Tools, 'records'>,
  { key, policy, digest, pullRequest, commit }: GlassQuestion,
): Promise<GlassRecord | null> {
  const { breakGlass = [] } = policy;
  if (breakGlass.length === 0) return null;
  for (const record of await tools.records.glassOf(key, digest)) {
    const isSpent = record.usedFor !== null && record.usedFor !== commit;
    if (isSpent || record.pullRequest !== pullRequest || isBotLogin(record.login)) continue;
    if (isAnyOf(await host.person(record.login, breakGlass), breakGlass)) return record;
  }
  return null;
}
