import { statementsBetween } from '../../drift/statements-between.ts';
import type { CompiledMigration, Script } from '../../domain/migration.ts';
import type { ReverseStatements } from '../../rollback/reverse-file.ts';
import { objectsIn, type CatalogSnapshot } from '../../shadow/catalog/catalog.ts';
import { diffSnapshots } from '../../shadow/catalog/diff.ts';
import { withShadowSession, type ShadowSession } from '../../shadow/session.ts';
import type { RollbackGround } from './rollback-ground.ts';
import { inWords, schemaOf } from './schema-of.ts';

/**
 * DDL that makes a schema as if some migrations had never run, from what the two schemas are, tried on a shadow until
 * nothing differs; a sentence where there is none. It knows nothing of rows: what the migrations did to data stays.
 */
export async function reverseDdl(
  { all, without, server: shadow }: Pick<RollbackGround, 'all' | 'without' | 'server'>,
  signal: AbortSignal,
): Promise<ReverseStatements | string> {
  const wanted = await schemaOf(without, shadow, signal);
  if (typeof wanted === 'string') return wanted;
  return withShadowSession(shadow, { baseline: all, signal }, async (session) => {
    const present = session.schema();
    const { statements: up, left } = between(present, wanted);
    if (left.length > 0) return `No statement is known for ${inWords(left)}.`;
    if (up.length === 0) return 'They left nothing in the schema that could be taken back.';
    const tried = await tryOn(session, up, wanted);
    if (tried !== null) return tried;
    const { statements: down, left: leftAgain } = between(wanted, present);
    const isWayBack = leftAgain.length === 0 && (await tryOn(session, down, present)) === null;
    return { up, down: isWayBack ? down : null };
  });
}

function between(from: CatalogSnapshot, to: CatalogSnapshot): ReturnType<typeof statementsBetween> {
  return statementsBetween(diffSnapshots(from, to), [...objectsIn(from).values()]);
}

/** Null where the statements run and leave just that schema. */
async function tryOn(
  session: ShadowSession,
  statements: readonly string[],
  wanted: CatalogSnapshot,
): Promise<string | null> {
  const { problem } = await session.step(asMigration(statements), 'up');
  if (problem !== null) return `The statements that were found do not run: ${problem.message}`;
  const differences = diffSnapshots(session.schema(), wanted);
  return differences.length === 0
    ? null
    : `After the statements that were found ${inWords(differences)} differs.`;
}

/** Statements as something that a shadow can step. */
export function asMigration(statements: readonly string[]): CompiledMigration {
  const up: Script = { statements: statements.map((sql) => ({ sql, line: null })), transaction: true };
  return { name: 'reverse', path: 'reverse.sql', checksum: '', up, down: null, asksDatabase: false };
}
