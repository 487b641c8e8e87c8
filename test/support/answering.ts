import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { createServer } from '../../src/http/server.ts';

const answerMs = 1000;
const betweenMs = 20;

/**
 * Does `work` while the app's own HTTP server, in this same process, is asked for a page again and again; fails
 * where one answer took longer than a second.
 */
export async function whileAnswering<T>(work: () => Promise<T>): Promise<T> {
  const server = await createServer([]);
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  const done = new AbortController();
  const asking = askUntil(done.signal, url);
  try {
    return await work();
  } finally {
    done.abort();
    const waits = await asking;
    await server.close();
    expect(waits.length).toBeGreaterThan(0);
    expect(Math.max(...waits), 'the longest wait for an answer of the app, in ms').toBeLessThan(answerMs);
  }
}

async function askUntil(done: AbortSignal, url: string): Promise<readonly number[]> {
  const waits: number[] = [];
  do {
    const asked = performance.now();
    const response = await fetch(url);
    await response.text();
    waits.push(performance.now() - asked);
    await sleep(betweenMs, undefined, { signal: done }).catch(() => undefined);
  } while (!done.aborted);
  return waits;
}
