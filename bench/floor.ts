import { history, pendingMigration } from './histories.ts';
import { withClient } from './postgres.ts';
import type { Contestant } from './round-robin.ts';
import type { Scene } from './scene.ts';

/** Statements in one message; more would hold too many locks in its one transaction. */
const atOnce = 200;

/**
 * What no tool can be faster than: a connection to a database that holds the history, and the pending statements on
 * it. They are taken back outside of what is timed.
 */
export async function floorContestant(
  { server, signal }: Scene,
  size: number,
  runs: number,
): Promise<Contestant> {
  const url = server.url(await server.createDatabase());
  const all = history(size).map(({ up }) => up);
  await withClient(url, async (client) => {
    for (let at = 0; at < all.length; at += atOnce) {
      signal.throwIfAborted();
      await client.query(all.slice(at, at + atOnce).join('\n'));
    }
  });
  return {
    name: 'floor',
    size,
    runs,
    async measure(run) {
      const { up, down } = pendingMigration(size, `f${run}`);
      const began = performance.now();
      await withClient(url, async (client) => {
        for (const statement of up.split('\n')) await client.query(statement);
      });
      const took = performance.now() - began;
      await withClient(url, (client) => client.query(down));
      return took;
    },
  };
}
