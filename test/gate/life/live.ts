import type { Random } from '../../flows/random.ts';
import { teamOf } from '../../flows/team.ts';
import { SHOP, type World } from '../../support/world.ts';
import { answer } from '../model/answer.ts';
import type { Scene, Somebody } from '../model/scene.ts';
import { after, words, type Step } from '../model/steps.ts';
import type { Written } from '../model/written-policy.ts';
import { anyFate, anyLifeStep, anyRules, workers, type Fate } from './any-life-step.ts';
import { fileOf, lastResort, openDev, prodUnder } from './house-rules.ts';
import { look, perform, type Act, type Seen } from './stage.ts';
import { workOf } from './work.ts';

/** What one sequence leaves to the next. */
export interface Lasting {
  readonly people: Readonly<Record<string, Somebody>>;
  readonly prod: Written;
}

/** Of whom and what no webhook tells, so that only the next look finds it. */
const silent: readonly Step['kind'][] = ['team', 'role', 'label'];
/** After which a plan has to be made before somebody can judge it. */
const planned: readonly Step['kind'][] = ['push', 'update', 'retarget'];

/**
 * Lives through one pull request: opens it, lets a team act on it at random, and brings it to its end. Throws an
 * Error where the service and the model part; the diary says what was done until then.
 */
export async function live(
  world: World,
  random: Random,
  number: number,
  lasting: Lasting,
  diary: string[],
): Promise<Lasting> {
  const team = teamOf(world);
  let scene = opened(random, number, lasting);
  const { author } = scene;
  const branch = `work-${number}`;
  const work = workOf('table', number);
  const pullRequest = await team.open({ branch, files: { [work.path]: work.text }, by: author });
  const act: Act = { pullRequest, branch, number, reviews: [] };
  diary.push(`${author} opens #${pullRequest} with ${work.path}`);
  /** All that was so since the last look. */
  let since: Scene[] = [scene];
  let late: (() => void) | null = null;
  await check({ isTold: true });

  await step(anyRules(random), 'fine');
  const length = 10 + random.below(14);
  for (let at = 0; at < length && !(await isDone()); at += 1) {
    await step(anyLifeStep(random, scene, number), anyFate(random));
  }
  await end();
  return { people: scene.people, prod: prodUnder(lastResort) };

  async function step(one: Step, fate: Fate): Promise<void> {
    if (late !== null && one.kind === 'say') await catchUp();
    const before = answer(scene);
    const fault = faultOf(world, fate);
    const isTaken = await perform(world, act, scene, one);
    fault.end();
    diary.push(
      `  ${before.is}, ${before.why}`,
      `${isTaken ? '' : '(refused) '}${words(one)}${fate === 'fine' ? '' : ` (${fate})`}`,
    );
    const isBarred =
      one.kind === 'merge' && scene.base === 'prod' && before.is === 'allowed' && late === null;
    if (isBarred && !isTaken) parted('the model allows it, and GitHub does not let it be merged');
    if (isTaken) scene = after(scene, one);
    since.push(scene);
    const waiting = late;
    late = fate === 'late' ? fault.release : null;
    waiting?.();
    if (late !== null && (planned.includes(one.kind) || waiting !== null)) return catchUp();
    await check({
      isTold: late === null && fate !== 'lost' && waiting === null && !silent.includes(one.kind),
    });
  }

  async function catchUp(): Promise<void> {
    await world.settled();
    late?.();
    late = null;
    await check({ isTold: false });
  }

  /** Where the service was not told of all, it looks again by itself; what nobody asks again about, somebody does. */
  async function check({ isTold }: { readonly isTold: boolean }): Promise<void> {
    await world.settled();
    let seen = await look(world, act, scene);
    judgeApplied(seen);
    if (!isTold && late === null) {
      await world.service.sweep();
      await world.settled();
      if (scene.mergedBy === null) await team.comment(pullRequest, 'ada', '/plan');
      await world.settled();
      seen = await look(world, act, scene);
      judgeApplied(seen);
    }
    if (late !== null) return;
    judgeStanding(seen);
    since = [scene];
  }

  /** An environment never runs what the model forbids at that moment. */
  function judgeApplied({ isApplied }: Seen): void {
    const couldRun = since.some((one) => one.mergedBy !== null && answer(one).is !== 'forbidden');
    if (isApplied && !couldRun) parted('it was applied');
  }

  /** What the model allows is green and applied after its merge; what it forbids is neither, and is held. */
  function judgeStanding({ gate, isApplied, holds }: Seen): void {
    const { is } = answer(scene);
    if (is === 'unsaid' || isApplied) return;
    const isMerged = scene.mergedBy !== null;
    const held = holds.join(', ');
    if (!isMerged && (gate === 'success') !== (is === 'allowed'))
      parted(`the gate says ${gate ?? 'nothing'}`);
    if (!isMerged && held !== '') parted(`there is a hold: ${held}`);
    if (isMerged && is === 'allowed') parted(`it was not applied; holds: ${held}`);
    if (isMerged && is === 'forbidden' && held !== 'prod: not-approved') parted(`holds: ${held}`);
  }

  function parted(what: string): never {
    const { is, why } = answer(scene);
    throw new Error(
      `#${pullRequest}: the model says ${is} (${why}), but ${what}\n${JSON.stringify(scene, null, 1)}`,
    );
  }

  async function isDone(): Promise<boolean> {
    return late === null && scene.mergedBy !== null && (await look(world, act, scene)).isApplied;
  }

  /** Everything that is asked for is given, and it lands. */
  async function end(): Promise<void> {
    if (late !== null) await catchUp();
    if (!(await isDone())) {
      if (scene.base !== 'prod') await step({ kind: 'retarget', to: 'prod' }, 'fine');
      const written = prodUnder(lastResort);
      await step({ kind: 'policy', environment: 'prod', name: 'the last resort', written }, 'fine');
      for (const [index, { what, isDismissed }] of scene.said.entries()) {
        if (what === 'changes-requested' && !isDismissed) await step({ kind: 'dismiss', index }, 'fine');
      }
      await step({ kind: 'say', by: 'ada', what: 'approved' }, 'fine');
      if (scene.mergedBy === null) await step({ kind: 'merge', by: 'wim' }, 'fine');
      if (!(await isDone())) parted('it did not land at the end');
    } else {
      await team.push('main', { '.github/tidegate.yml': fileOf(prodUnder(lastResort)) }, { by: 'ada' });
    }
    await followMain();
    const holds = await team.holds();
    if (holds.length > 0) parted(`at the end there are holds: ${holds.join(', ')}`);
  }

  /** dev takes what main has, so that the next sequence finds the two equal. */
  async function followMain(): Promise<void> {
    const sha = await team.head('main');
    await world.as('ada').rest.git.updateRef({ ...SHOP, ref: 'heads/dev', sha });
    await world.settled();
  }
}

function opened(random: Random, number: number, { people, prod }: Lasting): Scene {
  const author = random.pick(workers);
  return {
    people,
    written: { prod, dev: openDev },
    base: 'prod',
    author,
    change: workOf('table', number).change,
    labels: [],
    areCommitsListed: true,
    commits: [{ author, committer: author, coAuthors: [], isUpdate: false }],
    pushedBy: author,
    said: [],
    mergedBy: null,
    isExpired: false,
    isHeld: false,
    endsHold: false,
    brokeGlass: null,
  };
}

/** Has the deliveries from now on fare like that, until `end`; those that are late arrive at `release`. */
function faultOf(world: World, fate: Fate): { readonly end: () => void; readonly release: () => void } {
  const { hooks } = world.github;
  let isOn = true;
  const end = (): void => void (isOn = false);
  const many = 1_000;
  switch (fate) {
    case 'fine':
      return { end, release: end };
    case 'lost':
      hooks.drop(() => isOn, many);
      return { end, release: end };
    case 'doubled':
      hooks.repeat(() => isOn, 2, many);
      return { end, release: end };
    case 'late':
      return { end, release: hooks.delay(() => isOn, many) };
  }
}
