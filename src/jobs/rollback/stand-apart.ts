import { diffSnapshots } from '../../shadow/catalog/diff.ts';
import { withShadowSession } from '../../shadow/session.ts';
import type { ShadowServer } from '../../shadow/shadow-server.ts';
import type { RollbackGround } from './rollback-ground.ts';
import { inWords, schemaOf } from './schema-of.ts';

/**
 * Whether what ran later stands without the migrations that are taken back out of the middle: their downs run with
 * it there, it runs on a database that never had them, and both ways end at the same schema. Null where it does,
 * else why not, as a sentence.
 */
export async function whyNotApart(
  { all, without, removes }: Pick<RollbackGround, 'all' | 'without' | 'removes'>,
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
  return (
    'Without it they would have made another schema than is there after its down: ' +
    `${inWords(differences)}.`
  );
}
