import { adoptedEntry, CannotAdopt, compileAll, named, targetKey, type Adoption } from './adoption.ts';
import { readCommittedFolder } from './git-folder.ts';
import { paragraphs } from './text-blocks.ts';

/**
 * A database with a history: each of its rows gets the checksum of the file that the commit has for it. Returns what
 * was done, in words. Throws CannotAdopt where the commit does not have them all.
 */
export async function adoptRan(adoption: Adoption): Promise<string> {
  const { asked, directory, settings, state, targets } = adoption;
  const folder = await readCommittedFolder(directory, settings.directory, asked.commit);
  const compiled = new Map(
    (await compileAll(adoption, folder)).map((migration) => [migration.name, migration]),
  );
  const foreign = state.history.map(({ name }) => name).filter((name) => !compiled.has(name));
  if (foreign.length > 0) {
    throw new CannotAdopt(
      `Commit ${folder.commit.slice(0, 10)} was expected to hold a file for each row of the history in ${settings.directory}/, ` +
        `and has none for ${named(foreign)}. Name the commit that holds what ran, with --commit REF; or commit those ` +
        'files as they ran. Nothing was written.',
    );
  }
  const known = new Set(state.ledger.map(({ name }) => name));
  const entries = state.history.flatMap(({ name, runOn }) => {
    const migration = compiled.get(name);
    return migration === undefined || known.has(name) ? [] : [adoptedEntry(migration, folder.commit, runOn)];
  });
  const counts = `${state.history.length} in its history, ${known.size} known to Tidegate already`;
  if (entries.length === 0) return paragraphs([[`Nothing to adopt: ${counts}.`]]);
  const lines = entries.map(({ name, checksum }) => `  ${checksum.slice(0, 12)}  ${name}`);
  const at = `at commit ${folder.commit.slice(0, 10)}`;
  if (!asked.record) {
    const next = 'Nothing was written. Call it again with --record to keep these checksums on the database.';
    return paragraphs([[`To be adopted ${at}: ${entries.length} of ${counts}.`], lines, [next]]);
  }
  await targets.withLock(targetKey, settings, (target) => target.adopt(entries));
  return paragraphs([[`Adopted ${at}: ${entries.length} of ${counts}.`], lines]);
}
