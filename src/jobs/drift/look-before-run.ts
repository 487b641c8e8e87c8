import { driftPolicyOf, type Drift } from '../../domain/drift.ts';
import type { HoldRequest } from '../applying/holds.ts';
import type { Environment } from '../environment.ts';
import type { Tools } from '../tools.ts';
import { lookForDrift } from './look-for-drift.ts';
import { driftHold } from './settle-finding.ts';

/** What a look before migrations run, up or down, came to. */
export type LookBefore =
  | { readonly kind: 'held'; readonly hold: HoldRequest }
  | {
      readonly kind: 'passed';
      /** Of the schema that was compared, which has to be the same still when it runs; null where none was. */
      readonly fingerprint: string | null;
      /** What differs, and was let pass; null for none. */
      readonly over: Drift | null;
    };

/**
 * Whether migrations may run on a database as it is: what that has is what its history says, or what differs is let pass
 * by the rules, by who released the environment, or by `isAgreed`. Throws TargetUnavailable.
 */
export async function lookBeforeRun(
  environment: Environment,
  about: Pick<HoldRequest, 'commit' | 'pullRequest'>,
  isAgreed: (drift: Drift) => boolean,
  tools: Tools,
  signal: AbortSignal,
): Promise<LookBefore> {
  const { finding, record } = await lookForDrift(environment, tools, signal);
  const over = finding.kind === 'drift' ? finding : null;
  const stopsNothing = driftPolicyOf(environment.policy).policy === 'warn';
  // What changes from now on would be let pass as well: it is told of afterwards.
  if (stopsNothing || finding.kind === 'not-compared') return { kind: 'passed', fingerprint: null, over };
  const isLetPass = over === null || over.digest === record?.released || isAgreed(over);
  return isLetPass
    ? { kind: 'passed', fingerprint: record?.fingerprint ?? null, over }
    : { kind: 'held', hold: driftHold(environment, over, about) };
}
