import type { CompiledMigration } from '../domain/migration.ts';
import type { SchemaChange } from '../domain/schema-diff.ts';
import { installableMajors } from '../database/embedded/pinned-versions.ts';
import { withoutGiven } from '../drift/describe.ts';
import { triedByNobody } from '../jobs/drift/left-out.ts';
import { inWords } from '../jobs/rollback/schema-of.ts';
import { compiledBaseline } from '../shadow/baseline-request.ts';
import type { CatalogSnapshot } from '../shadow/catalog/catalog.ts';
import { diffSnapshots } from '../shadow/catalog/diff.ts';
import { cautionOf } from '../shadow/choose-version.ts';
import { withShadowSession, type ShadowSession } from '../shadow/session.ts';
import { majorOf } from '../shadow/shadow-servers.ts';
import { CannotAdopt, type Adoption } from './adoption.ts';
import { openTemporaryShadow } from './temporary-shadow.ts';

/** A throw-away server on which nothing has run. */
export interface EmptyShadow {
  readonly session: ShadowSession;
  /** Said where its version is not the database's: definitions may come out in other words. */
  readonly caution: string | null;
}

/** Opens one of the database's version, where that is installed; it is closed with the adoption. */
export async function onEmptyShadow<T>(
  { settings, state, terminal, stack, signal }: Adoption,
  work: (shadow: EmptyShadow) => Promise<T>,
): Promise<T> {
  const shadow = await openTemporaryShadow(state.versionNumber, terminal, stack);
  const baseline = { ...compiledBaseline([]), settings, roles: state.roles };
  const [target, own] = [majorOf(state.versionNumber), majorOf(shadow.versionNumber)];
  const caution = target === own ? null : cautionOf(target, own, { installable: installableMajors });
  return withShadowSession(shadow, { baseline, signal }, (session) => work({ session, caution }));
}

/**
 * Proves that migrations make the wanted schema out of nothing. Returns what could not be tried, since no throw-away
 * server runs it. Throws CannotAdopt where one does not run, or something else comes of them.
 */
export async function proveThatTheyMake(
  wanted: CatalogSnapshot,
  migrations: readonly CompiledMigration[],
  { session, caution }: EmptyShadow,
  what: string,
): Promise<readonly SchemaChange[]> {
  const hint = caution === null ? '' : ` ${caution}`;
  for (const migration of migrations) {
    const { problem } = await session.step(migration, 'up');
    if (problem === null) continue;
    throw new CannotAdopt(
      `${migration.name} was expected to run on an empty database, and does not: ${problem.message} Nothing was written.${hint}`,
    );
  }
  const all = withoutGiven(diffSnapshots(session.schema(), wanted), new Set());
  const differences = await triedByNobody(all, { ledger: migrations });
  if (differences.length > 0) throw new CannotAdopt(`${notEqual(what, differences)}${hint}`);
  return all.filter((one) => !differences.includes(one));
}

/** A sentence of what nobody has tried; null where that is nothing. */
export function untriedInWords(untried: readonly SchemaChange[]): string | null {
  if (untried.length === 0) return null;
  return `Not proven: ${wordsOf(untried)}. No throw-away server may make that, so read what makes it yourself.`;
}

function notEqual(what: string, differences: readonly SchemaChange[]): string {
  const parts = (
    [
      ['added', 'only the database has'],
      ['removed', `only ${what} has`],
      ['changed', 'both have, but not alike,'],
    ] as const
  ).flatMap(([kind, words]) => {
    const some = differences.filter(({ change }) => change === kind);
    return some.length === 0 ? [] : [`${words} ${wordsOf(some)}`];
  });
  return (
    `The schema of the database was expected to be just what ${what} makes, and is not: ${parts.join('; ')}. ` +
    'Mend the migrations until they say what the database is, commit them, and try again. Nothing was written.'
  );
}

/** The role that owns what migrations make has a name on throw-away servers alone. */
function wordsOf(changes: readonly SchemaChange[]): string {
  return inWords(
    changes.map(({ kind, name }) => ({ kind, name: name.replace(/^for role base_owner /, '') })),
  );
}
