import { afterAll, describe, expect, inject, it, onTestFailed } from 'vitest';
import { randomFrom } from '../flows/random.ts';
import { closeStage, openStage, type Stage } from './stage.ts';
import { anyStep } from './steps.ts';
import { checkAll } from './truth.ts';
import { walkBack } from './way-back.ts';

const { sequences, seed, half } = inject('environments');
const steps = 20;
/** A world grows slow with what has happened in it. */
const sequencesInAWorld = 6;

describe(`three environments (TIDEGATE_ENVIRONMENTS_SEED=${seed})`, () => {
  let stage: Stage | null = null;
  afterAll(() => close());

  async function close(): Promise<void> {
    if (stage === null) return;
    expect(stage.world.github.unknownRequests).toEqual([]);
    expect(stage.world.violations()).toEqual([]);
    await closeStage(stage);
    stage = null;
  }

  const count = Math.ceil((sequences - half) / 2);
  it.each(Array.from({ length: count }, (_, index) => index))(
    `are equal to their branches, or on hold for what is so, and find back: sequence %i`,
    { timeout: 600_000 },
    async (index) => {
      const diary: string[] = [];
      onTestFailed(async ({ task }) => {
        const errors = task.result?.errors?.map(({ message }) => message) ?? [];
        const lines = [`sequence ${index}, half ${half}:`, ...diary, ...errors, ''];
        process.stderr.write(lines.join('\n'));
        // After one that failed, the next would begin anywhere.
        if (stage !== null) await closeStage(stage);
        stage = null;
      });
      if (index % sequencesInAWorld === 0) await close();
      stage ??= await openStage();
      const random = randomFrom(seed + index * 2 + half);
      for (let at = 0; at < steps; at += 1) {
        diary.push(await anyStep(stage, random));
        await checkAll(stage);
      }
      await walkBack(stage, random, diary);
      await checkAll(stage);
    },
  );
});
