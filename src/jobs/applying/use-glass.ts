import type { GlassRecord } from '../../ports/record-rows.ts';
import type { Tools } from '../tools.ts';

/** Notes that a change is applied because somebody let it through: that was for this once. */
export async function useGlass(glass: GlassRecord, commit: string, tools: Tools): Promise<void> {
  if (glass.usedFor !== null) return;
  await tools.records.updateGlass({ ...glass, usedFor: commit });
  const { repositoryId, environment, pullRequest, login, digest, why } = glass;
  await tools.records.audit({
    repositoryId,
    environment,
    pullRequest,
    commit,
    actor: login,
    action: 'glass-used',
    migration: null,
    digest,
    detail: { why },
  });
}
