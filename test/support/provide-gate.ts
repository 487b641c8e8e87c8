import { mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { givenNumber } from './run-random.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** How many random sequences the gate is asked about, and the seed that says what they are. */
    readonly gate: {
      readonly sequences: number;
      readonly endToEnd: number;
      readonly seed: number;
      /** Which of the sequences end to end: every other one, from this. */
      readonly half: 0 | 1;
      /** Where each half notes what it met: the halves are processes of their own. */
      readonly notes: string;
    };
  }
}

/**
 * Gives the gate's random sequences their numbers: those of `npm run test:gate` where it says so, else few enough
 * for every run. The seed is the clock's, unless `TIDEGATE_GATE_SEED` plays a run again. What it returns tidies up.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const notes = join(tmpdir(), `tidegate-gate-${process.pid}`);
  await mkdir(notes, { recursive: true });
  project.provide('gate', {
    sequences: givenNumber('TIDEGATE_GATE_SEQUENCES') ?? 2_000,
    endToEnd: givenNumber('TIDEGATE_GATE_END_TO_END') ?? 50,
    seed: givenNumber('TIDEGATE_GATE_SEED') ?? Date.now() % 2 ** 31,
    half: project.name.endsWith('odd') ? 1 : 0,
    notes,
  });
  return () => rm(notes, { recursive: true, force: true });
}
