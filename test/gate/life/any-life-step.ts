import type { Random } from '../../flows/random.ts';
import type { Scene } from '../model/scene.ts';
import type { Step } from '../model/steps.ts';
import { floors, glassFor, houseRules, prodUnder } from './house-rules.ts';
import { kinds, workOf, type Around } from './work.ts';

/** Who judges, pushes and merges; ada, who administers, only does what nobody else may. */
export const workers = ['wim', 'wanda', 'dan', 'dora'] as const;
const reviewers = ['wanda', 'dan', 'dora', 'rita', 'wim'] as const;

/** How the deliveries of a step fare. */
export type Fate = 'fine' | 'lost' | 'doubled' | 'late';

export function anyFate(random: Random): Fate {
  return random.pick(['fine', 'fine', 'fine', 'fine', 'fine', 'lost', 'doubled', 'late']);
}

/** Makes up what a team does next about its pull request. */
export function anyLifeStep(random: Random, scene: Scene, around: Around): Step {
  const isOpen = scene.mergedBy === null;
  if (scene.base === 'dev' && random.below(3) === 0) return { kind: 'retarget', to: 'prod' };
  // So that the file on its branch is again what is on the default branch.
  if (isOpen && scene.change.changesRules && random.below(6) === 0) {
    return { kind: 'update', by: random.pick(workers) };
  }
  const roll = random.below(100);
  if (roll < 3) return { kind: 'expire' };
  if (roll < 8) return { kind: 'break-glass', by: random.pick(reviewers) };
  if (roll < 38) return { kind: 'say', by: random.pick(reviewers), what: 'approved' };
  if (roll < 44) return { kind: 'say', by: random.pick(reviewers), what: 'changes-requested' };
  if (roll < 46) return { kind: 'say', by: random.pick(reviewers), what: 'commented' };
  if (roll < 52 && scene.said.length > 0) return { kind: 'dismiss', index: random.below(scene.said.length) };
  if (roll < 57) return anyTeam(random);
  if (roll < 59) return { kind: 'role', login: 'rita', role: random.pick(['read', 'write', 'maintain']) };
  if (roll < 66 || !isOpen) return anyRules(random, scene);
  if (roll < 69) return { kind: 'label', label: random.pick(['risky', 'nice']) };
  if (roll < 73) return { kind: 'retarget', to: scene.base === 'prod' ? 'dev' : 'prod' };
  if (roll < 77) return { kind: 'update', by: random.pick(workers) };
  if (roll < 89) return anyPush(random, scene, around);
  return { kind: 'merge', by: random.pick([...workers, 'ada', 'ada', 'ada']) };
}

function anyTeam(random: Random): Step {
  const team = random.pick(['dba', 'payments', 'interns']);
  return { kind: 'team', login: random.pick(['wanda', 'dan', 'dora', 'wim']), team };
}

/** Production comes under other rules, now and then with another floor below them. */
export function anyRules(random: Random, { written }: Pick<Scene, 'written'>): Step {
  const index = random.below(houseRules.length + 1);
  const floor = random.below(4) === 0 ? random.pick(floors) : (written['prod']?.floor ?? null);
  const beside = {
    isApart: random.below(3) === 0,
    ...(random.below(2) === 0 ? { glass: random.pick(glassFor) } : {}),
    floor,
  };
  const rules = prodUnder(houseRules[index] ?? null, beside);
  return { kind: 'policy', environment: 'prod', name: `house rule ${index + 1}`, written: rules };
}

function anyPush(random: Random, { author }: Scene, around: Around): Step {
  const by = random.below(3) === 0 ? random.pick(workers) : author;
  const other = random.below(6);
  return {
    kind: 'push',
    by,
    author: other === 0 || other === 3 ? random.pick(workers) : by,
    committer: other === 1 || other === 3 ? random.pick(workers) : by,
    coAuthors: other === 2 ? [random.pick(workers)] : [],
    change: random.below(2) === 0 ? null : workOf(random.pick(kinds), around).change,
  };
}
