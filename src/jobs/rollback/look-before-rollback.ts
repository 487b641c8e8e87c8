import { driftPolicyOf, type Drift } from '../../domain/drift.ts';
import type { RollbackRecord } from '../../ports/record-rows.ts';
import { answer, type Asked } from '../commands/replies.ts';
import { orUnavailable } from '../drift/ask.ts';
import { digestOf, lookForDrift } from '../drift/look-for-drift.ts';
import { lookBeforeRun } from '../drift/look-before-run.ts';
import type { Environment } from '../environment.ts';
import type { Tools } from '../tools.ts';
import type { RollbackPlan } from './plan-rollback.ts';
import { inWords } from './schema-of.ts';
import { takenBackWords } from './taken-back.ts';

interface AboutToRun {
  readonly record: RollbackRecord;
  readonly rollback: Extract<RollbackPlan, { kind: 'ready' }>;
}

/**
 * Looks for drift before a preview, which stops at nothing: where the database cannot be looked at, what is known of it
 * counts. Gives the digest of the drift that the rollback may then run over: that which the preview shows, to those who
 * confirm it. Where nobody has to, that which was known before: otherwise nobody could have seen it.
 */
export async function driftTold(
  environment: Environment,
  tools: Tools,
  signal: AbortSignal,
): Promise<RollbackRecord['drift']> {
  const { key, policy } = environment;
  const before = await tools.records.drift(key);
  await orUnavailable(() => lookForDrift(environment, tools, signal));
  const told = policy.rollback.required === 0 ? before : await tools.records.drift(key);
  return digestOf(told?.finding);
}

/**
 * Whether a rollback may run on the database as it is, by what an apply asks as well. What it was agreed to with stops
 * it as little as what its own downs may have left: once begun it is brought to its end. What passes untold is told.
 */
export async function lookBeforeRollback(
  environment: Environment,
  { record, rollback }: AboutToRun,
  asked: Asked,
  tools: Tools,
  signal: AbortSignal,
): Promise<
  | { readonly kind: 'stopped'; readonly reasons: readonly string[] }
  | { readonly kind: 'passed'; readonly fingerprint: string | null }
> {
  const { policy } = environment;
  const hasBegun = record.migrations.some((name) => !rollback.history.includes(name));
  const about = { commit: null, pullRequest: record.pullRequest };
  const isAgreed = ({ digest }: Drift): boolean => hasBegun || digest === record.drift;
  const look = await lookBeforeRun(environment, about, isAgreed, tools, signal);
  if (look.kind === 'held') return { kind: 'stopped', reasons: reasonsOf(policy.name, look.hold.message) };
  const { over, fingerprint } = look;
  if (over !== null && over.digest !== record.drift) {
    const view = {
      kind: 'rollback-over-drift' as const,
      environment: policy.name,
      what: takenBackWords(record),
      pullRequest: record.of === 'pull-request' ? record.pullRequest : null,
      objects: inWords(over.changes),
      why: whyOver(environment, hasBegun),
    };
    await answer(environment.key.repositoryId, asked, view, 'eyes', tools);
  }
  return { kind: 'passed', fingerprint };
}

function reasonsOf(environment: string, found: string): readonly string[] {
  return [
    `${found} Nobody had been told of that when this was asked for, so nothing was taken back.`,
    `If the change is right: \`/drift adopt ${environment}\` opens a pull request that makes Git say it. If it is wrong: \`/drift revert ${environment}\` takes it back, or undo it in the database. Then comment \`/rollback\` again.`,
    'Or take it back all the same: comment `/rollback` again. Its preview says what differs, and it then runs as long as nothing else does.',
  ];
}

function whyOver({ policy }: Environment, hasBegun: boolean): string {
  if (hasBegun) return 'It has been begun, and is brought to its end.';
  return driftPolicyOf(policy).policy === 'warn'
    ? 'Drift is only warned of there, so it is taken back all the same.'
    : 'Somebody has let that pass, so it is taken back all the same.';
}
