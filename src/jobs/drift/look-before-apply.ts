import { driftPolicyOf } from '../../domain/drift.ts';
import type { BranchChange } from '../applying/branch-changes.ts';
import { endHold, type HoldRequest } from '../applying/holds.ts';
import type { Environment } from '../environment.ts';
import type { MadePlan } from '../planning/make-plan.ts';
import type { Tools } from '../tools.ts';
import { lookForDrift } from './look-for-drift.ts';
import { adopts, proveThere } from './prove-adoption.ts';
import { driftHold } from './settle-finding.ts';

/** What a look before an apply came to. */
export type LookBefore =
  | { readonly kind: 'held'; readonly hold: HoldRequest }
  /** `fingerprint` is of the schema that was compared, which has to be the same still when it runs; null where none was. */
  | { readonly kind: 'passed'; readonly fingerprint: string | null };

/** Whether a change may run on a database as it is: what that has is what its history says, or the rules let it pass. */
export async function lookBeforeApply(
  environment: Environment,
  { commit, pullRequest: brought }: BranchChange,
  made: MadePlan,
  tools: Tools,
  signal: AbortSignal,
): Promise<LookBefore> {
  const about = { commit, pullRequest: brought?.number ?? null };
  if (adopts(made)) return lookAtAdopted(environment, about, made, tools, signal);
  const { finding, record } = await lookForDrift(environment, tools, signal);
  const stopsNothing = driftPolicyOf(environment.policy).policy === 'warn';
  // What changes from now on would be let pass as well: it is told of afterwards.
  if (stopsNothing || finding.kind === 'not-compared') return { kind: 'passed', fingerprint: null };
  const passed = { kind: 'passed' as const, fingerprint: record?.fingerprint ?? null };
  if (finding.kind !== 'drift' || finding.digest === record?.released) return passed;
  return { kind: 'held', hold: driftHold(environment, finding, about) };
}

async function lookAtAdopted(
  environment: Environment,
  about: Pick<HoldRequest, 'commit' | 'pullRequest'>,
  made: MadePlan,
  tools: Tools,
  signal: AbortSignal,
): Promise<LookBefore> {
  const { key, policy } = environment;
  const proof = await proveThere(environment, made, tools, signal);
  if (proof.kind === 'unknown') throw new Error(proof.why);
  if (proof.kind === 'not-there') {
    const migrations = made.steps.flatMap(({ migration, adopts: isThere }) =>
      isThere === true ? [migration] : [],
    );
    const waysOut = waysOfAdopting(policy.name, migrations);
    return { kind: 'held', hold: { reason: 'drift', message: proof.why, migrations, waysOut, ...about } };
  }
  const hold = await tools.records.hold(key);
  const why = 'what its database has is what Git says now.';
  if (hold?.reason === 'drift') await endHold(key, hold, { actor: 'tidegate', why }, tools);
  return { kind: 'passed', fingerprint: proof.fingerprint };
}

function waysOfAdopting(environment: string, names: readonly string[]): readonly string[] {
  const files = names.map((name) => `\`${name}\``).join(', ');
  return [
    `If ${files} is right: make the database so. That is found by itself within minutes, and at once after \`/retry ${environment}\` here.`,
    `If not: merge a pull request that changes ${files}, or takes it out of the branch. What differs then still, \`/drift adopt ${environment}\` and \`/drift revert ${environment}\` deal with.`,
  ];
}
