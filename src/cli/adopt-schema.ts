import { mkdir, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { gitBlobId } from '../github/git-blob-id.ts';
import { statementsBetween } from '../drift/statements-between.ts';
import { readFolder } from '../jobs/planning/read-folder.ts';
import { inWords } from '../jobs/rollback/schema-of.ts';
import { reverseFile } from '../rollback/reverse-file.ts';
import { objectsIn } from '../shadow/catalog/catalog.ts';
import { diffSnapshots } from '../shadow/catalog/diff.ts';
import { CannotAdopt, compileAll, named, type Adoption } from './adoption.ts';
import type { LocalFolder } from './local-folder.ts';
import { onEmptyShadow, proveThatTheyMake, untriedInWords, type EmptyShadow } from './prove-schema.ts';
import { readTargetSchema } from './target-schema.ts';
import { paragraphs } from './text-blocks.ts';

/**
 * A database without a history: a first migration is written from its schema into a folder that holds none, and proven
 * to make that schema. The database is only read. Returns what was done, in words. Throws CannotAdopt where there is no
 * such migration.
 */
export async function writeFirst(adoption: Adoption, local: LocalFolder): Promise<string> {
  return onEmptyShadow(adoption, (shadow) => writeProven(adoption, local, shadow));
}

async function writeProven(
  adoption: Adoption,
  { tree: found }: LocalFolder,
  shadow: EmptyShadow,
): Promise<string> {
  const { asked, directory, settings, targets, terminal } = adoption;
  const wanted = await readTargetSchema(targets, settings);
  const empty = shadow.session.schema();
  const { statements, left } = statementsBetween(diffSnapshots(empty, wanted), [
    ...objectsIn(empty).values(),
  ]);
  if (statements.length === 0 && left.length === 0) {
    return paragraphs([
      ['Nothing to adopt: the database holds neither a history nor anything else. Migrations can run there.'],
    ]);
  }
  const { files } = readFolder(found, settings);
  if (files.length > 0) throw new CannotAdopt(notEmpty(adoption, named(files.map(({ name }) => name))));
  if (left.length > 0) {
    throw new CannotAdopt(
      `Every object of the schema was expected to have a statement that makes it, and Tidegate knows none for ${inWords(left)}. ` +
        'Write the first migration by hand (`pg_dump --schema-only` gives you most of it), commit it, and call again with ' +
        '--record: it is then compared with the database. Nothing was written.',
    );
  }
  const path = `${settings.directory}/${asked.name}.sql`;
  const bytes = Buffer.from(reverseFile(path, { up: statements, down: null }).text);
  const entry = { path, mode: '100644', blob: gitBlobId(bytes), size: bytes.length };
  const tree = { kind: 'found' as const, entries: [entry] };
  const compiled = await compileAll(adoption, { tree, read: () => Promise.resolve(bytes) });
  const untried = await proveThatTheyMake(wanted, compiled, shadow, 'the migration made of it');
  const file = join(directory, `${asked.name}.sql`);
  await mkdir(directory, { recursive: true });
  await writeFile(file, bytes, { flag: 'wx' });
  const count = statements.length === 1 ? '1 statement' : `${statements.length} statements`;
  return paragraphs([
    [
      `Written: ${relative(terminal.workingDirectory, file)} (${count}). On a throw-away PostgreSQL it makes just the schema of the database.`,
      ...[untriedInWords(untried)].filter((line) => line !== null),
      'It makes no rows, and has no way back: this is where the history begins. The database was only read.',
    ],
    [
      'Next: read it, commit it, and call again with --record: the database’s history then says that it ran there.',
      'Elsewhere it runs as any other migration.',
    ],
  ]);
}

function notEmpty({ settings, asked }: Adoption, names: string): string {
  return (
    `The database has no history in ${settings.schema}.${settings.table}, so a first migration would be written from its ` +
    `schema, and ${settings.directory}/ was expected to hold none. It holds ${names}. Where these have made the database, ` +
    'commit them and call again with --record: they are then compared with it. Where they are still to run there, move ' +
    `them away, call again, and bring them back under numbers after ${asked.name}. Where the history stands in another ` +
    'table, name the rules that say so with --rules FILE. Nothing was written.'
  );
}
