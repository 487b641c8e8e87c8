import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gitBlobId } from '../github/git-blob-id.ts';
import { statementsBetween } from '../drift/statements-between.ts';
import type { SchemaChange } from '../domain/schema-diff.ts';
import type { CompiledMigration } from '../domain/migration.ts';
import { readFolder } from '../jobs/planning/read-folder.ts';
import { inWords } from '../jobs/rollback/schema-of.ts';
import { reverseFile } from '../rollback/reverse-file.ts';
import { compiledBaseline } from '../shadow/baseline-request.ts';
import { objectsIn, type CatalogSnapshot } from '../shadow/catalog/catalog.ts';
import { diffSnapshots } from '../shadow/catalog/diff.ts';
import { withShadowSession, type ShadowSession } from '../shadow/session.ts';
import { adoptedEntry, CannotAdopt, compileAll, named, targetKey, type Adoption } from './adoption.ts';
import { readCommittedFolder } from './git-folder.ts';
import type { LocalFolder } from './local-folder.ts';
import { readTargetSchema } from './target-schema.ts';
import { openTemporaryShadow } from './temporary-shadow.ts';
import { paragraphs } from './text-blocks.ts';

/**
 * A database without a history. Where the folder holds no migration, a first one is written from its schema; with
 * `--record` the commit's migrations are proven to make that schema, and the history then says that they ran. Returns
 * what was done, in words. Throws CannotAdopt where the two are not equal.
 */
export async function adoptSchema(adoption: Adoption, local: LocalFolder): Promise<string> {
  const { asked, settings } = adoption;
  if (asked.record) return recordCommitted(adoption);
  const { files } = readFolder(local.tree, settings);
  if (files.length > 0) {
    const names = files.map(({ name }) => name);
    throw new CannotAdopt(
      `The database has no history, so a first migration would be written, and ${settings.directory}/ was expected to hold ` +
        `none; it holds ${named(names)}. If these are what made the database, commit them and call again with --record: ` +
        'they are proven against its schema. If they are to run on it still, write the first one into an empty folder, ' +
        'and move them behind it.',
    );
  }
  return writeFirst(adoption);
}

async function writeFirst(adoption: Adoption): Promise<string> {
  const { asked, directory, settings, targets } = adoption;
  const wanted = await readTargetSchema(targets, settings);
  return onEmptyShadow(adoption, async (session) => {
    const empty = session.schema();
    const { statements, left } = statementsBetween(diffSnapshots(empty, wanted), [
      ...objectsIn(empty).values(),
    ]);
    if (left.length > 0) {
      throw new CannotAdopt(
        `The schema was expected to be written as statements, and none is known for ${inWords(left)}. Write the first ` +
          'migration by hand (pg_dump --schema-only helps), commit it, and call again with --record.',
      );
    }
    const path = `${settings.directory}/${asked.name}.sql`;
    const { text } = reverseFile(path, { up: statements, down: null });
    const bytes = Buffer.from(text);
    const entry = { path, mode: '100644', blob: gitBlobId(bytes), size: bytes.length };
    const tree = { kind: 'found' as const, entries: [entry] };
    const compiled = await compileAll(adoption, { tree, read: () => Promise.resolve(bytes) });
    const differences = await runAll(session, compiled, wanted);
    if (differences.length > 0) throw new CannotAdopt(notEqual('what was written', differences));
    await mkdir(directory, { recursive: true });
    await writeFile(join(directory, `${asked.name}.sql`), bytes, { flag: 'wx' });
    return paragraphs([
      [`Written: ${path}, ${statements.length} statements, proven to make the schema of the database.`],
      [
        'Read it, commit it, and call again with --record, so that the history says that it ran.',
        'It holds no rows, and no down: this is where the history begins.',
      ],
    ]);
  });
}

async function recordCommitted(adoption: Adoption): Promise<string> {
  const { asked, directory, settings, targets } = adoption;
  const folder = await readCommittedFolder(directory, settings.directory, asked.commit);
  const compiled = await compileAll(adoption, folder);
  if (compiled.length === 0) {
    throw new CannotAdopt(
      `Commit ${folder.commit.slice(0, 10)} was expected to hold the migrations that made the database in ` +
        `${settings.directory}/, and holds none. Without --record a first one is written; commit that, then record it.`,
    );
  }
  const wanted = await readTargetSchema(targets, settings);
  const differences = await onEmptyShadow(adoption, (session) => runAll(session, compiled, wanted));
  if (differences.length > 0) {
    throw new CannotAdopt(notEqual(`what commit ${folder.commit.slice(0, 10)} makes`, differences));
  }
  await targets.withLock(targetKey, settings, async (target) => {
    const { history } = await target.state();
    if (history.length > 0)
      throw new CannotAdopt('The history was expected to be empty, and is not any more.');
    const now = new Date();
    await target.record(compiled.map((migration) => adoptedEntry(migration, folder.commit, now)));
  });
  const names = compiled.map(({ name }) => name);
  return paragraphs([
    [`Recorded as run at commit ${folder.commit.slice(0, 10)}: ${named(names)}.`],
    ['The schema that they make is the schema of the database. Nothing was run on it.'],
  ]);
}

async function onEmptyShadow<T>(
  { settings, state, terminal, stack, signal }: Adoption,
  work: (session: ShadowSession) => Promise<T>,
): Promise<T> {
  const shadow = await openTemporaryShadow(state.versionNumber, terminal, stack);
  const baseline = { ...compiledBaseline([]), settings, roles: state.roles };
  return withShadowSession(shadow, { baseline, signal }, work);
}

/** What differs after all of them ran. Throws CannotAdopt where one does not run. */
async function runAll(
  session: ShadowSession,
  migrations: readonly CompiledMigration[],
  wanted: CatalogSnapshot,
): Promise<readonly SchemaChange[]> {
  for (const migration of migrations) {
    const { problem } = await session.step(migration, 'up');
    if (problem !== null) {
      throw new CannotAdopt(
        `${migration.name} was expected to run on an empty database, and does not: ${problem.message} ${problem.detail ?? ''} ` +
          'Nothing was written on the database.',
      );
    }
  }
  return diffSnapshots(session.schema(), wanted);
}

function notEqual(what: string, differences: readonly SchemaChange[]): string {
  const missing = differences.filter(({ change }) => change === 'added');
  const surplus = differences.filter(({ change }) => change === 'removed');
  const other = differences.filter(({ change }) => change === 'changed');
  const parts = [
    ...(missing.length === 0 ? [] : [`the database has ${inWords(missing)} beside it`]),
    ...(surplus.length === 0 ? [] : [`it lacks ${inWords(surplus)}`]),
    ...(other.length === 0 ? [] : [`${inWords(other)} is otherwise there`]),
  ];
  return (
    `The database was expected to have just the schema of ${what}; ${parts.join('; ')}. Have the migrations say what the ` +
    'database is, or the database what they say. Nothing was recorded.'
  );
}
