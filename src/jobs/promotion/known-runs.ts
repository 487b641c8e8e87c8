import type { EnvironmentKey } from '../../domain/repository.ts';
import type { KnownRun, KnownRuns, LastEnd } from '../../promote/judge-promotion.ts';
import type { TargetState } from '../../ports/target.ts';
import type { Tools } from '../tools.ts';

/** What a target's history and ledger say of each migration that stands there. */
export function knownRuns(environment: string, { history, ledger }: TargetState): KnownRuns {
  const kept = new Map(ledger.map((entry) => [entry.name, entry]));
  const runs = history.map(({ name, runOn }): readonly [string, KnownRun] => {
    const entry = kept.get(name);
    return [
      name,
      {
        at: entry?.appliedAt ?? runOn,
        durationMs: entry === undefined || entry.adopted ? null : entry.durationMs,
        checksum: entry?.checksum ?? null,
        pullRequest: entry?.pullRequest ?? null,
        commit: entry === undefined || entry.adopted ? null : entry.commit,
      },
    ];
  });
  return { environment, runs: new Map(runs) };
}

/** How those of these migrations that do not stand there ended, as the audit has it. */
export async function lastEnds(
  key: EnvironmentKey,
  names: readonly string[],
  { runs }: KnownRuns,
  { records }: Pick<Tools, 'records'>,
): Promise<ReadonlyMap<string, LastEnd>> {
  const gone = names.filter((name) => !runs.has(name));
  if (gone.length === 0) return new Map();
  const ends = await records.lastEnds(key, gone);
  return new Map(
    ends.flatMap(({ migration, action, at }): readonly (readonly [string, LastEnd])[] => {
      if (action === 'applied') return [];
      return [[migration, { kind: action === 'rolled-back' ? 'rolled-back' : 'failed', at }]];
    }),
  );
}
