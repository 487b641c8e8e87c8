import type { BranchChange } from '../applying/branch-changes.ts';
import { endHold, type HoldRequest } from '../applying/holds.ts';
import type { Environment } from '../environment.ts';
import type { MadePlan } from '../planning/make-plan.ts';
import type { Tools } from '../tools.ts';
import { lookBeforeRun, type LookBefore } from './look-before-run.ts';
import { adopts, proveThere } from './prove-adoption.ts';

/** Whether a change may run on a database as it is; what it says is there already has to be there. */
export async function lookBeforeApply(
  environment: Environment,
  { commit, pullRequest: brought }: BranchChange,
  made: MadePlan,
  tools: Tools,
  signal: AbortSignal,
): Promise<LookBefore> {
  const about = { commit, pullRequest: brought?.number ?? null };
  if (adopts(made)) return lookAtAdopted(environment, about, made, tools, signal);
  return lookBeforeRun(environment, about, () => false, tools, signal);
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
  return { kind: 'passed', fingerprint: proof.fingerprint, over: null };
}

function waysOfAdopting(environment: string, names: readonly string[]): readonly string[] {
  const files = names.map((name) => `\`${name}\``).join(', ');
  return [
    `If ${files} is right: make the database so. That is found by itself within minutes, and at once after \`/retry ${environment}\` here.`,
    `If not: merge a pull request that changes ${files}, or takes it out of the branch. What differs then still, \`/drift adopt ${environment}\` and \`/drift revert ${environment}\` deal with.`,
  ];
}
