import type { Random } from '../../flows/random.ts';
import { teamOf } from '../../flows/team.ts';
import { SHOP, type World } from '../../support/world.ts';
import type { Answer } from '../model/answer.ts';
import { isGlassTaken, judged, withGlass } from '../model/glass.ts';
import type { Scene, Somebody } from '../model/scene.ts';
import { after, words, type Step } from '../model/steps.ts';
import type { Written } from '../model/written-policy.ts';
import { anyFate, anyLifeStep, anyRules, workers, type Fate } from './any-life-step.ts';
import { fileOf, lastResort, openDev, prodUnder } from './house-rules.ts';
import { impose } from './imposed.ts';
import { look, pass, perform, type Act, type Seen } from './stage.ts';
import { filesOf, kinds, withoutWaiver, workOf, type Around } from './work.ts';

/** What one sequence leaves to the next. */
export interface Lasting {
  readonly people: Readonly<Record<string, Somebody>>;
  readonly prod: Written;
}

/** What nothing but a webhook tells of at once; where that is lost, a look of the next hour finds it. */
const hidden: readonly Step['kind'][] = ['team', 'role'];
/** After which a plan has to be made before somebody can judge it. */
const planned: readonly Step['kind'][] = ['push', 'update', 'retarget'];

/**
 * Lives through one pull request: opens it, lets a team act on it at random, and brings it to its end. Throws an
 * Error where the service and the model part; the diary says what was done until then,
 * `met` what came up at all.
 */
export async function live(
  world: World,
  random: Random,
  number: number,
  lasting: Lasting,
  diary: string[],
  met: Set<string>,
): Promise<Lasting> {
  const team = teamOf(world);
  let file = fileOf(lasting.prod);
  const around = (): Around => ({ number, file, until: dayIn(world, 20) });
  let scene = opened(random, around(), lasting);
  const { author } = scene;
  const branch = `work-${number}`;
  const files = filesOf(scene.change, around());
  const pullRequest = await team.open({ branch, files, by: author });
  const reviews: number[] = [];
  const act = (): Act => ({ pullRequest, branch, number, reviews, file });
  diary.push(`${author} opens #${pullRequest} with ${scene.change.content}`);
  /** All that was so since the last look. */
  let since: Scene[] = [scene];
  let late: (() => void) | null = null;
  let hasRun = false;
  await check({ isTold: true });

  await step(anyRules(random, scene), 'fine');
  const length = 8 + random.below(12);
  for (let at = 0; at < length && !(await isDone()); at += 1) {
    if (random.below(8) === 0) await imposeAny();
    await step(anyLifeStep(random, scene, around()), anyFate(random));
  }
  await end();
  return { people: scene.people, prod: prodUnder(lastResort, { floor: floorOf(scene) }) };

  /** Other rules past everybody, and what becomes of them; what they are then is looked at like after any other step. */
  async function imposeAny(): Promise<void> {
    if (late !== null) await catchUp();
    const one = anyRules(random, scene);
    if (one.kind !== 'policy' || one.written.floor !== floorOf(scene)) return;
    if (!(await impose(world, random, scene, one.written, diary))) {
      met.add('put back');
      return check({ isTold: true });
    }
    met.add('imposed');
    scene = follow(one, false);
    since.push(scene);
    await check({ isTold: true });
  }

  async function step(one: Step, drawn: Fate): Promise<void> {
    const before = judged(scene);
    if (isLeftOut(one, before)) return;
    const fate = mustArrive(one) ? 'fine' : drawn;
    if (late !== null && (one.kind === 'say' || mustArrive(one))) await catchUp();
    const isLetThrough = one.kind === 'break-glass' && isGlassTaken(one.by, scene);
    const fault = faultOf(world, fate);
    const isTaken = await perform(world, act(), scene, one);
    fault.end();
    diary.push(
      `  ${before.is}, ${before.why}`,
      `${isTaken ? '' : '(refused) '}${words(one)}${fate === 'fine' ? '' : ` (${fate})`}`,
    );
    const isBarred =
      one.kind === 'merge' && scene.base === 'prod' && before.is === 'allowed' && late === null;
    if (isBarred && !isTaken) parted('the model allows it, and GitHub does not let it be merged');
    // The server's floor is laid before the repository's file is pushed.
    if (one.kind === 'policy') since.push(onFloor(scene, one.written.floor));
    if (isTaken) meet(one, isLetThrough);
    if (isTaken) scene = follow(one, isLetThrough);
    since.push(scene);
    const waiting = late;
    late = fate === 'late' ? fault.release : null;
    waiting?.();
    if (late !== null && (planned.includes(one.kind) || waiting !== null)) return catchUp();
    if (fate === 'lost' && hidden.includes(one.kind)) pass(world, 61);
    await check({ isTold: late === null && fate !== 'lost' && waiting === null && one.kind !== 'expire' });
  }

  function meet(one: Step, isLetThrough: boolean): void {
    if (one.kind === 'break-glass' && !isLetThrough) return;
    met.add(one.kind);
    met.add(judged(scene).why);
    if (one.kind === 'policy' && one.written.floor !== null) met.add('floor');
    if (one.kind === 'merge') met.add(`${scene.change.content.split(' ')[0] ?? ''} merged`);
  }

  /** The scene after a step that was taken, with what only a whole life shows of it. */
  function follow(one: Step, isLetThrough: boolean): Scene {
    if (one.kind === 'break-glass') return isLetThrough ? withGlass(scene, one.by) : scene;
    if (one.kind === 'expire') return { ...scene, change: withoutWaiver(scene.change) };
    const next = after(scene, one);
    if (one.kind !== 'update') return offRules(next);
    const before = file;
    file = standing(next);
    return offRules(next.change.changesRules && file !== before ? mixed(next, one.by) : next);
  }

  /** A change of the rules is red while it is one of others than stand where it goes. */
  function offRules(next: Scene): Scene {
    if (!next.change.changesRules || next.mergedBy !== null) return next;
    const isRed = next.base === 'prod' && file !== standing(next);
    return { ...next, change: { ...next.change, isRed } };
  }

  /** Where both sides changed one file, whoever merged them answers for what came of it. */
  function mixed(next: Scene, by: string): Scene {
    const own = { author: by, committer: by, coAuthors: [], isUpdate: false };
    const commits = [...next.commits.slice(0, -1), own];
    return { ...next, commits, pushedBy: by, change: workOf('rules', around()).change };
  }

  /**
   * What is left out: an emergency of which it is open whether it is one, and a merge of other rules past the gate,
   * which has to be allowed by the rules before it too and so might never land by the last resort.
   */
  function isLeftOut(one: Step, { is }: Answer): boolean {
    if (one.kind === 'break-glass') return is === 'unsaid';
    return one.kind === 'merge' && scene.change.changesRules && is !== 'allowed';
  }

  /** A command that is lost is to be given again, and a service that starts again has heard of all before. */
  function mustArrive(one: Step): boolean {
    if (one.kind === 'policy') return one.written.floor !== floorOf(scene);
    if (one.kind === 'merge') return scene.change.changesRules;
    return one.kind === 'break-glass' || one.kind === 'expire';
  }

  async function catchUp(): Promise<void> {
    await world.settled();
    late?.();
    late = null;
    await check({ isTold: false });
  }

  /** Where the service was not told of all, it looks again by itself. */
  async function check({ isTold }: { readonly isTold: boolean }): Promise<void> {
    await world.settled();
    let seen = await look(world, act(), scene);
    judgeApplied(seen);
    if (!isTold && late === null) {
      await world.service.sweep();
      await world.settled();
      seen = await look(world, act(), scene);
      judgeApplied(seen);
    }
    if (late !== null) return;
    judgeStanding(seen);
    since = [scene];
  }

  /** An environment never runs what the model forbids at that moment; what ran by right is not undone by later rules. */
  function judgeApplied({ isApplied }: Seen): void {
    const couldRun = since.some((one) => one.mergedBy !== null && judged(one).is !== 'forbidden');
    if (isApplied && !hasRun && !couldRun) parted('it was applied');
    hasRun = isApplied;
  }

  /** What the model allows is green and applied after its merge; what it forbids is neither, and is held. */
  function judgeStanding({ gate, isApplied, holds }: Seen): void {
    const { is } = judged(scene);
    if (is === 'unsaid' || isApplied) return;
    const isMerged = scene.mergedBy !== null;
    const held = holds.join(', ');
    if (!isMerged && (gate === 'success') !== (is === 'allowed'))
      parted(`the gate says ${gate ?? 'nothing'}`);
    if (!isMerged && held !== '') parted(`there is a hold: ${held}`);
    if (isMerged && is === 'allowed') parted(`it was not applied; holds: ${held}`);
    const reason = scene.change.changesRules ? 'rules' : 'not-approved';
    if (isMerged && is === 'forbidden' && held !== `prod: ${reason}`) parted(`holds: ${held}`);
  }

  function parted(what: string): never {
    const { is, why } = judged(scene);
    throw new Error(
      `#${pullRequest}: the model says ${is} (${why}), but ${what}\n${JSON.stringify(scene, null, 1)}`,
    );
  }

  async function isDone(): Promise<boolean> {
    return late === null && scene.mergedBy !== null && (await look(world, act(), scene)).isApplied;
  }

  /** Everything that is asked for is given, and it lands. */
  async function end(): Promise<void> {
    if (late !== null) await catchUp();
    if (!(await isDone())) {
      if (scene.base !== 'prod') await step({ kind: 'retarget', to: 'prod' }, 'fine');
      const written = prodUnder(lastResort);
      await step({ kind: 'policy', environment: 'prod', name: 'the last resort', written }, 'fine');
      if (scene.mergedBy === null && scene.change.changesRules)
        await step({ kind: 'update', by: author }, 'fine');
      for (const [index, { what, isDismissed }] of scene.said.entries()) {
        if (what === 'changes-requested' && !isDismissed) await step({ kind: 'dismiss', index }, 'fine');
      }
      await step({ kind: 'say', by: 'ada', what: 'approved' }, 'fine');
      if (scene.mergedBy === null) await step({ kind: 'merge', by: 'wim' }, 'fine');
      if (!(await isDone())) parted('it did not land at the end');
    }
    await team.rule(fileOf(prodUnder(lastResort)), { by: 'ada' });
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

/** The repository's file on the default branch. */
function standing({ written }: Scene): string {
  return fileOf(written['prod'] ?? prodUnder(lastResort));
}

function onFloor(scene: Scene, floor: Written['floor']): Scene {
  const prod = { policy: scene.written['prod']?.policy ?? {}, floor };
  return { ...scene, written: { ...scene.written, prod } };
}

function floorOf({ written }: Scene): Written['floor'] {
  return written['prod']?.floor ?? null;
}

/** The day so many days from now, as in a waiver. */
function dayIn(world: World, days: number): string {
  return new Date(world.time().getTime() + days * 24 * 3600_000).toISOString().slice(0, 10);
}

function opened(random: Random, around: Around, { people, prod }: Lasting): Scene {
  const author = random.pick(workers);
  return {
    people,
    written: { prod, dev: openDev },
    base: 'prod',
    author,
    change: workOf(random.pick(kinds), around).change,
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
