import { describe, expect, inject, it } from 'vitest';
import type { Decision } from '../../src/domain/gate.ts';
import { decide } from '../../src/gate/decide.ts';
import { randomFrom, type Random } from '../flows/random.ts';
import { drawn } from './facts.ts';
import { anyWritten } from './model/any-policy.ts';
import { anyScene, anyStep, type NamedPolicy } from './model/any-step.ts';
import { answer, whys, type Answer } from './model/answer.ts';
import { createReader, factsOf, isAccepted } from './model/facts-of.ts';
import type { Change, Scene } from './model/scene.ts';
import { shrink } from './model/shrink.ts';
import { after, words, type Step } from './model/steps.ts';
import type { Written } from './model/written-policy.ts';

const { sequences, seed } = inject('gate');
const stepsEach = 30;

interface Sequence {
  readonly start: Scene;
  readonly steps: readonly Step[];
}

describe(`the gate over ${sequences} random sequences (TIDEGATE_GATE_SEED=${seed})`, () => {
  const seen = new Map<string, number>();

  it(
    'allows what the model allows, and nothing that it forbids',
    { timeout: sequences * 50 + 60_000 },
    () => {
      const random = randomFrom(seed);
      const reader = createReader();
      const policies = manyPolicies(random);
      const disagreement = (scene: Scene): string | null => {
        const model = answer(scene);
        count(model);
        const decision = decide(factsOf(scene, reader));
        const vague = unexplained(decision);
        if (vague !== null) return `says not what it lacks and who could bring it: ${vague}`;
        const isAllowed = decision.status === 'allowed';
        if (model.is === 'unsaid' || isAllowed === (model.is === 'allowed')) return null;
        return `the model: ${model.is}, ${model.why}; the gate:\n${drawn(decision)}`;
      };
      for (let number = 0; number < sequences; number += 1) {
        const sequence = play(random, policies);
        const found = firstOf(sequence, disagreement);
        if (found !== null) expect.fail(`sequence ${number + 1}: ${toldShort(sequence, disagreement)}`);
      }
    },
  );

  // Fewer than these meet a rare reason by luck alone.
  it.runIf(sequences >= 500)('meets each reason of the model often, and little that is left open', () => {
    const total = [...seen.values()].reduce((sum, times) => sum + times, 0);
    const rarest = whys
      .map((why) => [why, seen.get(why) ?? 0] as const)
      .filter(([, times]) => times < total / 500);
    expect(rarest).toEqual([]);
    expect(seen.get('unsaid') ?? 0).toBeLessThan(total / 20);
  });

  function count({ is, why }: Answer): void {
    const key = is === 'unsaid' ? is : why;
    seen.set(key, (seen.get(key) ?? 0) + 1);
  }
});

/** A node that stands in the way without what was wanted, what was found and who could bring the rest. */
function unexplained({ status, wanted, found, who, message, children }: Decision): string | null {
  if (status !== 'allowed' && [wanted, found, who].some((said) => said === undefined || said === ''))
    return message;
  return children.map(unexplained).find((one) => one !== null) ?? null;
}

/** Policies of all shapes; each sequence goes through a dozen of them. */
function manyPolicies(random: Random): readonly NamedPolicy[] {
  return Array.from({ length: 240 }, (_, index) => ({
    name: `policy ${index + 1}`,
    written: acceptedOf(random),
  }));
}

function play(random: Random, all: readonly NamedPolicy[]): Sequence {
  const policies = Array.from({ length: 12 }, () => random.pick(all));
  const start = anyScene(random, policies);
  const steps: Step[] = [];
  const changes: Change[] = [start.change];
  let scene = start;
  while (steps.length < stepsEach) {
    const step = anyStep(random, scene, changes, policies);
    steps.push(step);
    scene = after(scene, step);
    changes.push(scene.change);
  }
  return { start, steps };
}

function acceptedOf(random: Random): Written {
  for (;;) {
    const written = anyWritten(random);
    if (isAccepted(written)) return written;
  }
}

/** The first disagreement of a sequence, in words; null where there is none. */
function firstOf({ start, steps }: Sequence, disagreement: (scene: Scene) => string | null): string | null {
  let scene = start;
  for (const step of [null, ...steps]) {
    if (step !== null) scene = after(scene, step);
    const found = disagreement(scene);
    if (found !== null) return found;
  }
  return null;
}

/** The sequence as a diary, without what the disagreement does not need. */
function toldShort({ start, steps }: Sequence, disagreement: (scene: Scene) => string | null): string {
  const needed = shrink(steps, (fewer) => firstOf({ start, steps: fewer }, disagreement) !== null);
  const found = firstOf({ start, steps: needed }, disagreement);
  const { people: _, ...opening } = start;
  return [JSON.stringify(opening), ...needed.map(words), found].join('\n');
}
