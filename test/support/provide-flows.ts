import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** How many pull requests a random flow opens, and the seed that says in which order what is done. */
    readonly flows: { readonly pullRequests: number; readonly seed: number };
  }
}

/** Gives the random flows their length; the seed is the clock's, unless `TIDEGATE_FLOWS_SEED` plays a run again. */
export function setup(project: TestProject): void {
  const given = Number(process.env['TIDEGATE_FLOWS_SEED']);
  const seed = Number.isSafeInteger(given) && given > 0 ? given : Date.now() % 2 ** 31;
  const pullRequests = project.name === 'flows' ? 100 : 20;
  project.provide('flows', { pullRequests, seed });
}
