import type { Random } from '../../flows/random.ts';
import type { Scene } from '../model/scene.ts';
import type { Step } from '../model/steps.ts';
import { houseRules, prodUnder } from './house-rules.ts';
import { kinds, workOf } from './work.ts';

/** Who judges, pushes and merges; ada, who administers, only does what nobody else may. */
export const workers = ['wim', 'wanda', 'dan', 'dora'] as const;
const reviewers = ['wanda', 'dan', 'dora', 'rita', 'wim'] as const;

/** How the deliveries of a step fare. */
export type Fate = 'fine' | 'lost' | 'doubled' | 'late';

export function anyFate(random: Random): Fate {
  return random.pick(['fine', 'fine', 'fine', 'fine', 'fine', 'lost', 'doubled', 'late']);
}

/** Makes up what a team does next about its pull request, whose migration has that number. */
export function anyLifeStep(random: Random, scene: Scene, number: number): Step {
  const isOpen = scene.mergedBy === null;
  if (scene.base === 'dev' && random.below(3) === 0) return { kind: 'retarget', to: 'prod' };
  const roll = random.below(100);
  if (roll < 38) return { kind: 'say', by: random.pick(reviewers), what: 'approved' };
  if (roll < 44) return { kind: 'say', by: random.pick(reviewers), what: 'changes-requested' };
  if (roll < 46) return { kind: 'say', by: random.pick(reviewers), what: 'commented' };
  if (roll < 52 && scene.said.length > 0) return { kind: 'dismiss', index: random.below(scene.said.length) };
  if (roll < 57) return anyTeam(random);
  if (roll < 59) return { kind: 'role', login: 'rita', role: random.pick(['read', 'write', 'maintain']) };
  if (roll < 66 || !isOpen) return anyRules(random);
  if (roll < 69) return { kind: 'label', label: random.pick(['risky', 'nice']) };
  if (roll < 73) return { kind: 'retarget', to: scene.base === 'prod' ? 'dev' : 'prod' };
  if (roll < 77) return { kind: 'update', by: random.pick(workers) };
  if (roll < 89) return anyPush(random, scene, number);
  return { kind: 'merge', by: random.pick([...workers, 'ada', 'ada', 'ada']) };
}

function anyTeam(random: Random): Step {
  const team = random.pick(['dba', 'payments', 'interns']);
  return { kind: 'team', login: random.pick(['wanda', 'dan', 'dora', 'wim']), team };
}

/** Production comes under other rules. */
export function anyRules(random: Random): Step {
  const index = random.below(houseRules.length);
  const rules = houseRules[index] ?? {};
  const written = prodUnder(rules, random.below(3) === 0);
  return { kind: 'policy', environment: 'prod', name: `house rule ${index + 1}`, written };
}

function anyPush(random: Random, { author }: Scene, number: number): Step {
  const by = random.below(3) === 0 ? random.pick(workers) : author;
  const other = random.below(6);
  return {
    kind: 'push',
    by,
    author: other === 0 || other === 3 ? random.pick(workers) : by,
    committer: other === 1 || other === 3 ? random.pick(workers) : by,
    coAuthors: other === 2 ? [random.pick(workers)] : [],
    change: random.below(2) === 0 ? null : workOf(random.pick(kinds), number).change,
  };
}
