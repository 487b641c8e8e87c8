import type { LedgerEntry } from '../../domain/history.ts';
import { compileMigrations } from '../../migrations/compile.ts';
import type { Tree } from '../../ports/tree.ts';
import type { Environment } from '../environment.ts';
import { readFolder } from '../planning/read-folder.ts';
import type { Tools } from '../tools.ts';

/**
 * Gives every migration that was applied before Tidegate or past it, and whose file is in the branch, a ledger row with
 * that file's checksum, so that a later edit of it is noticed.
 */
export async function adoptHistory(
  { key, host, settings }: Environment,
  commit: string,
  folder: Tree,
  tools: Tools,
  signal: AbortSignal,
): Promise<void> {
  const { files, modules } = readFolder(folder, settings);
  const { history, ledger } = await tools.targets.read(key, settings);
  const seen = new Set(ledger.map(({ name }) => name));
  const unseen = new Set(history.flatMap(({ name }) => (seen.has(name) ? [] : [name])));
  const { compiled } = await compileMigrations({
    files,
    wanted: unseen,
    modules,
    reader: host,
    settings,
    cache: tools.cache,
    sandbox: tools.sandbox,
    signal,
  });
  if (compiled.length === 0) return;
  const adopted = await tools.targets.withLock(key, settings, async (target) => {
    const state = await target.state();
    const known = new Set(state.ledger.map(({ name }) => name));
    const entries = state.history.flatMap(({ name, runOn }): LedgerEntry[] => {
      const found = compiled.find((migration) => migration.name === name);
      if (found === undefined || known.has(name)) return [];
      const { checksum, up, down } = found;
      const origin = { digest: '', commit, pullRequest: null, appliedAt: runOn, durationMs: 0 };
      return [{ name, checksum, up, down, ...origin, adopted: true }];
    });
    await target.adopt(entries);
    return entries;
  });
  for (const { name, checksum } of adopted) {
    await tools.records.audit({
      ...key,
      pullRequest: null,
      commit,
      actor: 'tidegate',
      action: 'adopted',
      migration: name,
      digest: null,
      detail: { checksum },
    });
  }
}
