import type { Severity } from '../../domain/severity.ts';
import type { Environment } from '../environment.ts';
import type { Asked } from './replies.ts';
import type { Tools } from '../tools.ts';

interface Confirmed {
  readonly digest: string;
  readonly severity: Severity | null;
  readonly change: string;
}

/** Keeps what somebody agreed to; whether it counts is for the gate to say, each time it decides. */
export async function keepConfirmation(
  { key }: Pick<Environment, 'key'>,
  confirmed: Confirmed,
  { actor: login, number: issue }: Asked,
  tools: Pick<Tools, 'records' | 'clock'>,
): Promise<void> {
  await tools.records.keepConfirmation({ ...key, ...confirmed, login, issue, at: tools.clock() });
  await tools.records.audit({
    ...key,
    pullRequest: issue,
    commit: null,
    actor: login,
    action: 'change-confirmed',
    migration: null,
    digest: confirmed.digest,
    detail: { change: confirmed.change },
  });
}
