import { awaitedHere } from './awaited-here.ts';
import { confirmChange } from './confirm-change.ts';
import { confirmGlass } from './confirm-glass.ts';
import { confirmRelease } from './confirm-release.ts';
import { confirmRules } from './confirm-rules.ts';
import { confirmRevert } from '../drift/revert-drift.ts';
import { confirmRollback } from '../rollback/confirm-rollback.ts';
import type { Environment } from '../environment.ts';
import type { Asked } from './replies.ts';
import type { Tools } from '../tools.ts';

/** `/confirm`: counts it for what waits here. */
export async function confirm(
  environment: Environment,
  asked: Asked,
  tools: Tools,
  signal: AbortSignal,
): Promise<void> {
  const awaited = await awaitedHere(environment.key, asked.number, tools);
  switch (awaited?.kind) {
    case 'release':
      return confirmRelease(environment, awaited.request, asked, tools);
    case 'change':
      return confirmChange(environment, awaited.hold, asked, tools);
    case 'rules':
      return confirmRules(environment, awaited.hold, asked, tools);
    case 'glass':
      return confirmGlass(environment, awaited.records, asked, tools);
    case 'drift':
      return confirmRevert(environment, awaited.request, asked, tools, signal);
    case 'rollback':
    case undefined:
      return confirmRollback(environment, asked, tools, signal);
  }
}
