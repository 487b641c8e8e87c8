import type { Hold } from '../../domain/hold.ts';
import { approversOf, distinct, type EnvironmentPolicy, type Subject } from '../../domain/policy.ts';
import type { EnvironmentKey } from '../../domain/repository.ts';
import type { GlassRecord, RollbackRecord, WaitingRequest } from '../../ports/record-rows.ts';
import type { Tools } from '../tools.ts';

/** What a `/confirm` on a pull request or issue is about. */
export type Awaited =
  | { readonly kind: 'release'; readonly request: WaitingRequest }
  | { readonly kind: 'rollback'; readonly record: RollbackRecord }
  | { readonly kind: 'drift'; readonly request: WaitingRequest }
  | { readonly kind: 'change'; readonly hold: Hold & Required<Pick<Hold, 'plan'>> }
  | { readonly kind: 'rules'; readonly hold: Hold & Required<Pick<Hold, 'plan'>> }
  | { readonly kind: 'glass'; readonly records: readonly GlassRecord[] };

/**
 * What waits for a confirmation there; null where nothing does. Of several what was asked for last, by the comment that
 * asked: GitHub numbers comments in the order of writing.
 */
export async function awaitedHere(
  key: EnvironmentKey,
  number: number,
  { records }: Pick<Tools, 'records'>,
): Promise<Awaited | null> {
  const request = await records.releaseRequest(key);
  const record = await records.rollbackOf(key, number);
  const isWaiting = record?.status === 'awaiting-confirmation' || record?.status === 'running';
  const release = request?.number === number ? request : null;
  const revert = await records.driftRevert(key);
  const others = [release?.commentId ?? 0, isWaiting ? record.commentId : 0];
  if (revert?.number === number && revert.commentId > Math.max(...others))
    return { kind: 'drift', request: revert };
  if (isWaiting && record.commentId > (release?.commentId ?? 0)) return { kind: 'rollback', record };
  if (release !== null) return { kind: 'release', request: release };
  const hold = await records.hold(key);
  const isHere = hold?.issue === number || hold?.pullRequest === number;
  const isApprovable = hold?.reason === 'not-approved' || hold?.reason === 'rules';
  if (isApprovable && hold.plan !== undefined && isHere) {
    const kind = hold.reason === 'rules' ? 'rules' : 'change';
    return { kind, hold: { ...hold, plan: hold.plan } };
  }
  const glass = (await records.unreviewedGlass(key.repositoryId, number)).filter(
    ({ environment }) => environment === key.environment,
  );
  return glass.length === 0 ? null : { kind: 'glass', records: glass };
}

/**
 * The environment that a `/confirm` on a pull request or issue is about: its own where something waits there, else the
 * one that was named last in what was asked for there.
 */
export async function environmentConfirmed(
  own: EnvironmentPolicy | null,
  environments: readonly EnvironmentPolicy[],
  { repositoryId, number }: { readonly repositoryId: number; readonly number: number },
  tools: Pick<Tools, 'records'>,
): Promise<EnvironmentPolicy | null> {
  const askedAt = async ({ name }: EnvironmentPolicy): Promise<number | null> => {
    const awaited = await awaitedHere({ repositoryId, environment: name }, number, tools);
    return awaited === null ? null : askedBy(awaited);
  };
  if (own !== null && (await askedAt(own)) !== null) return own;
  let meant = own;
  let last = 0;
  for (const policy of environments) {
    const at = (await askedAt(policy)) ?? 0;
    if (at > last) [meant, last] = [policy, at];
  }
  return meant;
}

/** The comment that asked for it; 0 where no comment did. */
function askedBy(awaited: Awaited): number {
  switch (awaited.kind) {
    case 'release':
    case 'drift':
      return awaited.request.commentId;
    case 'rollback':
      return awaited.record.commentId;
    case 'change':
    case 'rules':
    case 'glass':
      return 0;
  }
}

/**
 * Whose confirmation can count: of the rules those whom they ask by `ofRules`, of a change those whose approval can,
 * also if it changes the rules as well, which the gate finds out; of whatever is taken back those who confirm that.
 */
export function whoConfirms(
  awaited: Awaited | null,
  policy: EnvironmentPolicy,
  ofRules: EnvironmentPolicy,
): readonly Subject[] {
  if (awaited === null || ['release', 'rollback', 'drift'].includes(awaited.kind))
    return policy.rollback.from;
  const ofEither =
    awaited.kind === 'change' ? [policy, ofRules] : [awaited.kind === 'rules' ? ofRules : policy];
  const confirming = distinct(ofEither.flatMap(({ approvals }) => approversOf(approvals)));
  // Who owns the code is found out for its paths, by the gate; nobody owns it who may not write.
  return confirming.map((subject): Subject =>
    subject.kind === 'code-owners' ? { kind: 'role', role: 'write' } : subject,
  );
}
