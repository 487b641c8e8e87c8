import type { Random } from '../flows/random.ts';
import { endDrift, rollback } from './by-command.ts';
import {
  changeSchema,
  loseCommit,
  restart,
  runByHand,
  sweep,
  takeBackByHand,
  undoByHand,
} from './past-tidegate.ts';
import type { Stage } from './stage.ts';
import { hotfix, newWork, promote, revert, takeOpen } from './work.ts';

/** Does something that a team does, or that happens to it, and says what; null where there was nothing to do it to. */
type Doing = (stage: Stage, random: Random) => Promise<string | null>;

const usual: readonly Doing[] = [newWork, newWork, newWork, promote, promote, promote];
const rare: readonly Doing[] = [
  hotfix,
  hotfix,
  revert,
  rollback,
  rollback,
  takeOpen,
  takeOpen,
  loseCommit,
  takeBackByHand,
  runByHand,
  changeSchema,
  changeSchema,
  undoByHand,
  endDrift,
  endDrift,
  endDrift,
  restart,
];

/** How the deliveries of a step fare. */
const fates = ['fine', 'fine', 'fine', 'fine', 'fine', 'lost', 'doubled'] as const;

/** Makes one step, and has the world come to rest after it. */
export async function anyStep(stage: Stage, random: Random): Promise<string> {
  const fate = random.pick(fates);
  const { hooks } = stage.world.github;
  let isOn = fate !== 'fine';
  if (fate === 'lost') hooks.drop(() => isOn, 1_000);
  if (fate === 'doubled') hooks.repeat(() => isOn, 2, 1_000);
  const what = await doAnything(stage, random);
  isOn = false;
  await stage.world.settled();
  // What no webhook told the sweep finds.
  if (fate === 'lost') await sweep(stage.world);
  return `${what}${fate === 'fine' ? '' : ` (deliveries ${fate})`}`;
}

/** Draws until there is something to do it to. */
async function doAnything(stage: Stage, random: Random): Promise<string> {
  for (;;) {
    const doing = random.pick(random.below(2) === 0 ? usual : rare);
    const what = await doing(stage, random);
    if (what !== null) return what;
  }
}
