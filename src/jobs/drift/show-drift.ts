import type { Environment } from '../environment.ts';
import { answer, type Asked } from '../commands/replies.ts';
import type { Tools } from '../tools.ts';
import { orUnavailable } from './ask.ts';
import { driftView } from './drift-view.ts';
import { lookForDrift } from './look-for-drift.ts';

/** `/drift`: compares anew, and shows what differs. */
export async function showDrift(
  environment: Environment,
  asked: Asked,
  tools: Tools,
  signal: AbortSignal,
): Promise<void> {
  const seen = await orUnavailable(() => lookForDrift(environment, tools, signal, true));
  const { finding, record } =
    typeof seen === 'string' ? { finding: { kind: 'not-compared' as const, why: seen }, record: null } : seen;
  const view = await driftView(environment, finding, record, tools);
  const reaction = finding.kind === 'not-compared' ? 'confused' : 'rocket';
  await answer(environment.key.repositoryId, asked, { kind: 'drift', ...view }, reaction, tools);
}
