import type { Hold } from '../domain/hold.ts';
import { approversOf, type EnvironmentPolicy, type Subject } from '../domain/policy.ts';
import type { EnvironmentKey } from '../domain/repository.ts';
import type { GlassRecord, ReleaseRequest, RollbackRecord } from '../ports/records.ts';
import type { Tools } from './tools.ts';

/** What a `/confirm` on a pull request or issue is about. */
export type Awaited =
  | { readonly kind: 'release'; readonly request: ReleaseRequest }
  | { readonly kind: 'rollback'; readonly record: RollbackRecord }
  | { readonly kind: 'change'; readonly hold: Hold & Required<Pick<Hold, 'plan'>> }
  | { readonly kind: 'glass'; readonly records: readonly GlassRecord[] };

/** What waits for a confirmation there; null where nothing does. Of several what was asked for last. */
export async function awaitedHere(
  key: EnvironmentKey,
  number: number,
  { records }: Pick<Tools, 'records'>,
): Promise<Awaited | null> {
  const request = await records.releaseRequest(key);
  if (request?.number === number) return { kind: 'release', request };
  const record = await records.rollbackOf(key, number);
  if (record?.status === 'awaiting-confirmation' || record?.status === 'running') {
    return { kind: 'rollback', record };
  }
  const hold = await records.hold(key);
  const isHere = hold?.issue === number || hold?.pullRequest === number;
  if (hold?.reason === 'not-approved' && hold.plan !== undefined && isHere) {
    return { kind: 'change', hold: { ...hold, plan: hold.plan } };
  }
  const glass = (await records.unreviewedGlass(key.repositoryId, number)).filter(
    ({ environment }) => environment === key.environment,
  );
  return glass.length === 0 ? null : { kind: 'glass', records: glass };
}

/** Whose confirmation can count: of a change those whose approval can, of whatever is taken back those who confirm that. */
export function whoConfirms(
  awaited: Awaited | null,
  { approvals, rollback }: EnvironmentPolicy,
): readonly Subject[] {
  if (awaited?.kind !== 'change' && awaited?.kind !== 'glass') return rollback.from;
  // Who owns the code is found out for its paths, by the gate; nobody owns it who may not write.
  return approversOf(approvals).map((subject): Subject =>
    subject.kind === 'code-owners' ? { kind: 'role', role: 'write' } : subject,
  );
}
