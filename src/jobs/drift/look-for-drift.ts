import { createHash } from 'node:crypto';
import { driftPolicyOf, type Finding } from '../../domain/drift.ts';
import { describe } from '../../drift/describe.ts';
import { isEnded, withoutIgnored } from '../../drift/ignored.ts';
import type { DriftRecord } from '../../ports/record-rows.ts';
import { objectsIn } from '../../shadow/catalog/catalog.ts';
import type { Environment } from '../environment.ts';
import type { Tools } from '../tools.ts';
import { compareSchemas, type Compared, type Mark } from './compare-schemas.ts';
import { settleFinding } from './settle-finding.ts';

/** How an environment stands to its history. */
export interface Seen {
  readonly finding: Finding;
  /** What is remembered of it; null where it was never compared. */
  readonly record: DriftRecord | null;
}

/**
 * Looks whether an environment's database is what its history says, and does what follows from it: its issue, its
 * hold. One cheap question; both schemas are compared where catalog, history or rules are others than when they were
 * compared last, or where `isForced`. Throws TargetUnavailable.
 */
export async function lookForDrift(
  environment: Environment,
  tools: Tools,
  signal: AbortSignal,
  isForced = false,
): Promise<Seen> {
  const { key, settings } = environment;
  const record = await tools.records.drift(key);
  if (record !== null && !isForced) {
    const mark = await tools.targets.look(key, settings, ({ fingerprint, historyMark }) =>
      Promise.resolve({ fingerprint, historyMark }),
    );
    if (await isOf(record, mark, environment, tools)) {
      // What follows from it may have been left undone, or be something else by now.
      await settleFinding(environment, record, record, tools);
      return { finding: record.finding, record };
    }
  }
  const comparison = await compareSchemas(environment, tools, signal);
  if (comparison.kind === 'not-compared' && comparison.isPassing) {
    return { finding: { kind: 'not-compared', why: comparison.why }, record };
  }
  const finding: Finding =
    comparison.kind === 'not-compared'
      ? { kind: 'not-compared', why: comparison.why }
      : findingOf(environment, comparison, tools);
  const now = tools.clock();
  const isSame = digestOf(record?.finding) === digestOf(finding);
  const next = {
    fingerprint: comparison.mark.fingerprint,
    history: await historyOf(finding, comparison.mark, environment, tools),
    finding,
    since: isSame && record !== null ? record.since : now,
    checkedAt: now,
    released: releasedStill(record, finding),
  };
  await tools.records.setDrift(key, next);
  const kept = { ...next, issue: record?.issue ?? null };
  await settleFinding(environment, record, kept, tools);
  return { finding, record: kept };
}

/** What could not be compared may be the drift still that somebody let pass. */
function releasedStill(record: DriftRecord | null, finding: Finding): string | null {
  const released = record?.released ?? null;
  return finding.kind === 'not-compared' || released === digestOf(finding) ? released : null;
}

/** What is left of a comparison once the rules are asked. */
export function findingOf(
  { policy }: Pick<Environment, 'policy'>,
  { changes, expected, touched, traces }: Pick<Compared, 'changes' | 'expected' | 'touched' | 'traces'>,
  { clock }: Pick<Tools, 'clock'>,
): Exclude<Finding, { kind: 'not-compared' }> {
  const { rest, ignored } = withoutIgnored(changes, driftPolicyOf(policy).ignore, clock(), touched);
  if (rest.length === 0) return { kind: 'none', ignored };
  const names = new Set(rest.map(({ name }) => name));
  return {
    kind: 'drift',
    ...describe(rest, [...objectsIn(expected).values()]),
    ignored,
    traces: traces.filter(({ object }) => names.has(object)),
  };
}

/** The same drift has the same; null for none. */
export function digestOf(finding: Finding | undefined): string | null {
  return finding?.kind === 'drift' ? finding.digest : null;
}

async function isOf(
  record: DriftRecord,
  mark: Mark,
  environment: Environment,
  tools: Tools,
): Promise<boolean> {
  return (
    record.fingerprint === mark.fingerprint &&
    record.history === (await historyOf(record.finding, mark, environment, tools))
  );
}

/**
 * The rules that count today are a part of it: what they leave alone is no drift. Where it could not be compared the
 * branch is as well: it may have the files by now that were missing.
 */
async function historyOf(
  { kind }: Finding,
  { historyMark }: Mark,
  { host, policy, settings }: Environment,
  { clock }: Pick<Tools, 'clock'>,
): Promise<string> {
  const head = kind === 'not-compared' ? await host.branchHead(policy.branch) : null;
  const ignore = driftPolicyOf(policy).ignore.filter((rule) => !isEnded(rule, clock()));
  return createHash('sha256')
    .update(JSON.stringify([historyMark, settings, policy.baseline ?? null, ignore, head]))
    .digest('hex');
}
