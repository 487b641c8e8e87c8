import type { Random } from '../../flows/random.ts';
import { rulesPath, teamOf } from '../../flows/team.ts';
import { SHOP, type World } from '../../support/world.ts';
import { answer } from '../model/answer.ts';
import { wouldRun, type Change, type Scene } from '../model/scene.ts';
import type { Written } from '../model/written-policy.ts';
import { fileOf } from './house-rules.ts';

/** Who says `/confirm` to them, each once and in any order, until enough have. */
const confirmers = ['dan', 'dora', 'wanda', 'rita', 'wim'] as const;

const rulesAlone: Change = {
  content: 'other rules',
  steps: 0,
  changesRules: true,
  bringsWaiver: false,
  hazards: [],
  tables: [],
  rows: null,
  paths: [rulesPath],
  reversibility: [],
  statements: [],
  isRed: false,
};

/**
 * ada pushes other rules past everybody. They hold production and are not in force until enough agree whom the rules
 * before ask; where too few do she puts them back. True where they are in force in the end. Throws an Error where the
 * service and the model part.
 */
export async function impose(
  world: World,
  random: Random,
  scene: Scene,
  written: Written,
  diary: string[],
): Promise<boolean> {
  const team = teamOf(world);
  const before = await fileOnMain(world);
  const history = await world.history('prod');
  let asked = askedOf(scene, []);
  await pushed(fileOf(written));
  diary.push(`ada pushes other rules past everybody: ${answer(asked).is}`);
  const order = [...confirmers].sort(() => random.below(2) - 0.5);
  for (const by of order) {
    if (await isInForce()) return true;
    await team.told(await team.alert(), by, '/confirm');
    asked = askedOf(scene, [...asked.said.map((one) => one.by), by]);
    diary.push(`${by} confirms them: ${answer(asked).is}`);
  }
  if (await isInForce()) return true;
  await pushed(before);
  diary.push('ada puts the rules back');
  const holds = await team.holds();
  if (holds.includes('prod: rules')) throw new Error('the rules were put back, and are held still');
  return false;

  async function pushed(file: string): Promise<void> {
    await team.push('main', { [rulesPath]: file }, { by: 'ada' });
    await world.settled();
  }

  /** As the model says; the holds and the history have to agree. */
  async function isInForce(): Promise<boolean> {
    const { is } = answer(asked);
    const holds = await team.holds();
    const isHeld = holds.includes('prod: rules');
    if (isHeld === (is === 'allowed'))
      throw new Error(`the model says ${is} of the rules, but holds are: ${holds.join(', ')}`);
    const isRun = isHeld && (await world.history('prod')).length !== history.length;
    if (isRun) throw new Error('something ran while the rules were held');
    return !isHeld;
  }
}

/** The push of the rules, as a change of its own. */
function askedOf(scene: Scene, confirmed: readonly string[]): Scene {
  const commits = [{ author: 'ada', committer: 'ada', coAuthors: [], isUpdate: false }];
  const own = { base: 'prod', author: 'ada', change: rulesAlone, labels: [], commits, pushedBy: 'ada' };
  const of = wouldRun(own);
  const said = confirmed.map((by) => ({ by, what: 'approved', isDismissed: false, of, risk: null }) as const);
  return { ...scene, ...own, said, mergedBy: null, isExpired: false, isHeld: false, brokeGlass: null };
}

async function fileOnMain(world: World): Promise<string> {
  const { git } = world.as('ada').rest;
  const tree_sha = await teamOf(world).head('main');
  const { data: tree } = await git.getTree({ ...SHOP, tree_sha, recursive: '1' });
  const file_sha = tree.tree.find(({ path }) => path === rulesPath)?.sha ?? '';
  const { data } = await git.getBlob({ ...SHOP, file_sha });
  return Buffer.from(data.content, 'base64').toString();
}
