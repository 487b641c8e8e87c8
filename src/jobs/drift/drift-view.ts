import { driftPolicyOf, type Drift, type Finding } from '../../domain/drift.ts';
import type { EnvironmentPolicy } from '../../domain/policy.ts';
import { isEnded } from '../../drift/ignored.ts';
import type { DriftRecord } from '../../ports/record-rows.ts';
import type { DriftView } from '../../report/drift-view.ts';
import type { Environment } from '../environment.ts';
import type { Tools } from '../tools.ts';
import { alikeWords } from './alike.ts';

/** A finding as it is shown. */
export async function driftView<F extends Finding>(
  environment: Environment,
  finding: F,
  record: Pick<DriftRecord, 'since' | 'checkedAt' | 'issue'> | null,
  tools: Tools,
): Promise<DriftView & { readonly finding: F }> {
  const { policy } = environment;
  const { policy: does, ignore } = driftPolicyOf(policy);
  const ended = ignore.filter((rule) => isEnded(rule, tools.clock()));
  return {
    environment: policy.name,
    finding,
    isHeld: does === 'hold',
    since: record?.since ?? null,
    checkedAt: record?.checkedAt ?? null,
    issue: record?.issue ?? null,
    ended,
    notes: [...begins(policy), ...(await alikeWords(environment, asDrift(finding), tools))],
  };
}

function asDrift(finding: Finding): Drift | null {
  return finding.kind === 'drift' ? finding : null;
}

function begins({ baseline }: EnvironmentPolicy): readonly string[] {
  if (baseline?.kind !== 'file') return [];
  return [
    `What is expected begins with the schema in ${baseline.path}: what that file has otherwise than the database, or leaves out, counts as a difference too.`,
  ];
}
