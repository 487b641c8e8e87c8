import { branchReverted, broughtBack } from './brought-back.ts';
import { changedByHand } from './changed-by-hand.ts';
import { boundToTheSql, flowsDown } from './hotfix.ts';
import { adopted, intoDev } from './into-dev.ts';
import { failing, hostile } from './refused.ts';
import type { Stage } from './stage.ts';
import { rolledBack } from './taken-back.ts';
import { approvedIntoProd, toTheGate } from './to-prod.ts';

/** Plays the whole story; throws where the app does not answer. */
export async function tellStory(stage: Stage): Promise<void> {
  await adopted(stage);
  const inDev = await intoDev(stage);
  const toProd = await toTheGate(stage, inDev);
  await approvedIntoProd(stage, toProd);
  await rolledBack(stage, toProd);
  await broughtBack(stage, toProd);
  await branchReverted(stage);
  await failing(stage);
  await hostile(stage);
  const hotfix = await boundToTheSql(stage);
  await flowsDown(stage, hotfix);
  await changedByHand(stage, hotfix);
}
