import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { history, pendingMigration } from '../histories.ts';
import { withClient } from '../postgres.ts';
import { runProgram } from '../programs.ts';
import type { Contestant } from '../round-robin.ts';
import type { Scene } from '../scene.ts';
import type { Peer } from './peer.ts';

/** A tool may take so long for one run. */
const mostMs = 120_000;

/**
 * A peer as a contestant: creates a database and runs its process on it, both timed; that the pending migration is
 * there is looked at afterwards, since a tool that did nothing would be the fastest.
 */
export function peerContestant(peer: Peer, scene: Scene, size: number, runs: number): Contestant {
  const { server, signal } = scene;
  const before = history(size);
  return {
    name: peer.name,
    size,
    runs,
    async measure(run) {
      const id = `p${run}`;
      const folder = await mkdtemp(join(scene.directory, 'peer-'));
      let database: string | null = null;
      try {
        const began = performance.now();
        database = await server.createDatabase();
        const created = performance.now() - began;
        const url = new URL(server.url(database));
        await writeFiles(folder, peer.files([...before, pendingMigration(size, id)], url));
        const variables = peer.variables(url);
        const took = await runProgram(
          { command: peer.command, cwd: folder, variables, cache: join(scene.directory, 'compiled') },
          mostMs,
          signal,
        );
        await requirePending(url.href, id);
        return created + took;
      } finally {
        await rm(folder, { recursive: true, force: true });
        if (database !== null) await server.dropDatabase(database);
      }
    },
  };
}

async function requirePending(url: string, run: string): Promise<void> {
  const { rows } = await withClient(url, (client) =>
    client.query(`SELECT FROM pg_class WHERE relname = 'shop_1_notes_${run}'`),
  );
  if (rows.length === 0) throw new Error('ended well, but the pending migration did not run');
}

/** Writes files below a folder, with the folders on their way. */
export async function writeFiles(folder: string, files: ReadonlyMap<string, string>): Promise<void> {
  const folders = new Set([...files.keys()].map((path) => dirname(join(folder, path))));
  for (const path of folders) await mkdir(path, { recursive: true });
  for (const [path, text] of files) await writeFile(join(folder, path), text);
}
