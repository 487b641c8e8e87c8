import { setTimeout as sleep } from 'node:timers/promises';
import { shares, type Stretch } from '../busy.ts';
import { joined, type Measurement, type Results } from '../measurement.ts';
import type { Scene, Suite } from '../scene.ts';
import { summary } from '../statistics.ts';
import { openPlanningTools, warmPlans, type Timed } from '../tidegate-service.ts';
import { steps, watchedTools } from '../watched-tools.ts';

export const profileName = 'profile';
const pauseMs = 250;
const rest = 'Tidegate’s own work';

/** Where the time of a plan goes: what it waits for, and the rest. */
export const profileSuite: Suite = {
  name: profileName,
  about: 'where the time of a plan in the service goes',
  async run(scene) {
    const seen: Stretch[] = [];
    const tools = watchedTools(await openPlanningTools(scene), seen);
    const all: Results[] = [];
    for (const size of scene.sizes) {
      scene.progress(`${profileName} at ${size}`);
      const planOnce = await warmPlans(tools, size, scene);
      for (const kind of ['sql', 'js'] as const) {
        const plan = (run: number): Promise<Timed> => planOnce(kind, `profile_${kind}${run}`);
        const measured = await profileAt(scene, plan, seen);
        all.push({
          measured: measured.map((one) => ({ ...one, size, case: `${kind}: ${one.case}` })),
          missed: [],
        });
      }
    }
    return joined(all);
  },
};

async function profileAt(
  scene: Scene,
  plan: (run: number) => Promise<Timed>,
  seen: Stretch[],
): Promise<readonly Omit<Measurement, 'size'>[]> {
  const times = new Map([...steps, rest].map((what): [string, number[]] => [what, []]));
  for (let run = 0; run < (scene.isQuick ? 5 : 15); run += 1) {
    await sleep(pauseMs, undefined, { signal: scene.signal });
    seen.length = 0;
    const { from, took } = await plan(run);
    for (const [what, ms] of shares(seen, steps, { from, to: from + took, rest })) times.get(what)?.push(ms);
  }
  return [...times].map(([what, values]) => ({
    suite: profileName,
    case: what,
    unit: 'ms',
    ...summary(values),
  }));
}
