import type { Stage } from './stage.ts';
import { boundToTheSql, failing, hostile, rolledBack } from './steps-back.ts';
import { adopted, approvedIntoProd, intoDev, toTheGate } from './steps-to-prod.ts';

/** Plays the whole story; throws where the app does not answer. */
export async function tellStory(stage: Stage): Promise<void> {
  await adopted(stage);
  await intoDev(stage);
  const toProd = await toTheGate(stage);
  await approvedIntoProd(stage, toProd);
  await rolledBack(stage, toProd);
  await failing(stage);
  await hostile(stage);
  await boundToTheSql(stage);
}
