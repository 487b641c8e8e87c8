import { setTimeout as sleep } from 'node:timers/promises';

/** How long the story waits for the app before it says that nothing came, in milliseconds. */
const patience = 30_000;

/** Asks until the answer is not null. Throws, naming what was waited for, when patience runs out. */
export async function waitFor<T>(what: string, ask: () => Promise<T | null>): Promise<T> {
  const until = performance.now() + patience;
  for (;;) {
    const answer = await ask();
    if (answer !== null) return answer;
    if (performance.now() > until)
      throw new Error(`waited ${patience / 1000} s for ${what}, and it did not come`);
    await sleep(100);
  }
}
