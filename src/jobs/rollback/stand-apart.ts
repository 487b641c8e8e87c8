import type { CompiledMigration } from '../../domain/migration.ts';
import type { BaselineRequest } from '../../shadow/baseline-request.ts';
import type { CatalogSnapshot } from '../../shadow/catalog/catalog.ts';
import { diffSnapshots } from '../../shadow/catalog/diff.ts';
import { ShadowBaselineError, withShadowSession } from '../../shadow/session.ts';
import type { ShadowServer } from '../../shadow/shadow-server.ts';

export interface ApartQuestion {
  /** The shadow's ground with all that ran. */
  readonly all: BaselineRequest;
  /** The same without what is taken back. */
  readonly without: BaselineRequest;
  /** Newest first. */
  readonly removes: readonly CompiledMigration[];
}

/**
 * Whether what ran later stands without the migrations that are taken back out of the middle: their downs run with
 * it there, it runs on a database that never had them, and both ways end at the same schema. Null where it does,
 * else why not, as a sentence.
 */
export async function whyNotApart(
  { all, without, removes }: ApartQuestion,
  shadow: ShadowServer,
  signal: AbortSignal,
): Promise<string | null> {
  const taken = await withShadowSession(shadow, { baseline: all, signal }, async (session) => {
    for (const migration of removes) {
      const { problem } = await session.step(migration, 'down');
      if (problem !== null) return `Its down does not run with them there: ${problem.message}`;
    }
    return session.schema();
  });
  if (typeof taken === 'string') return taken;
  const never = await schemaOf(without, shadow, signal);
  if (typeof never === 'string') return never;
  const differences = diffSnapshots(never, taken);
  if (differences.length === 0) return null;
  const names = differences.slice(0, named).map(({ kind, name }) => `${kind} ${name}`);
  const left = differences.length - named;
  return (
    'Without it they would have made another schema than is there after its down: ' +
    `${names.join(', ')}${left > 0 ? ` and ${left} more` : ''}.`
  );
}

const named = 5;

async function schemaOf(
  baseline: BaselineRequest,
  shadow: ShadowServer,
  signal: AbortSignal,
): Promise<CatalogSnapshot | string> {
  try {
    return await withShadowSession(shadow, { baseline, signal }, (session) =>
      Promise.resolve(session.schema()),
    );
  } catch (error) {
    if (!(error instanceof ShadowBaselineError)) throw error;
    return `${error.migration} does not run without it: ${error.message}`;
  }
}
