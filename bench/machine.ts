import { arch, availableParallelism, cpus, platform, totalmem } from 'node:os';
import type { Server } from './postgres.ts';

/** What the figures depend on, in one line. */
export function describeMachine(server: Server): string {
  const cores = availableParallelism();
  const memory = Math.round(totalmem() / 1024 ** 3);
  const model = cpus()[0]?.model.trim() ?? 'an unknown processor';
  return (
    `${platform()} ${arch()}, ${cores} cores of ${model}, ${memory} GB of memory, ` +
    `Node ${process.versions.node}, PostgreSQL ${server.version} without fsync`
  );
}
