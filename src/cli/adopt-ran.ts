import {
  adoptedEntry,
  CannotAdopt,
  compileAll,
  named,
  nextStep,
  targetKey,
  type Adoption,
} from './adoption.ts';
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
  const at = `commit ${folder.commit.slice(0, 10)}`;
  const foreign = state.history.map(({ name }) => name).filter((name) => !compiled.has(name));
  if (foreign.length > 0) {
    throw new CannotAdopt(
      `The history names ${named(foreign)}, and ${at} was expected to hold a file for each of its rows in ` +
        `${settings.directory}/. Name the commit that holds what ran there with --commit REF, or commit those files as they ` +
        'ran. Nothing was written.',
    );
  }
  const known = new Map(state.ledger.map(({ name, checksum }) => [name, checksum]));
  const entries = state.history.flatMap(({ name, runOn }) => {
    const migration = compiled.get(name);
    return migration === undefined || known.has(name) ? [] : [adoptedEntry(migration, folder.commit, runOn)];
  });
  const others = [...known].flatMap(([name, checksum]) =>
    compiled.get(name)?.checksum === checksum ? [] : [name],
  );
  const notes = others.length === 0 ? [] : [otherThanKnown(at, others)];
  const total = `${state.history.length} ${state.history.length === 1 ? 'migration' : 'migrations'} in the history`;
  if (entries.length === 0) {
    return paragraphs([[`Nothing to adopt: ${total}, and Tidegate knows the checksum of each.`, ...notes]]);
  }
  const rest = known.size === 0 ? '' : `; Tidegate knows the checksums of ${known.size} already`;
  const lines = [
    `${total}${rest}.`,
    `${asked.record ? 'Adopted' : 'To be adopted'} with the checksums that their files have in ${at}:`,
    ...entries.map(({ name, checksum }) => `  ${checksum.slice(0, 12)}  ${name}`),
  ];
  if (!asked.record) {
    const next = 'Nothing was written. Where these are the files that ran, call again with --record.';
    return paragraphs([lines, notes, [next]]);
  }
  await targets.withLock(targetKey, settings, (target) => target.adopt(entries));
  return paragraphs([lines, notes, [`No migration was run. ${nextStep}`]]);
}

function otherThanKnown(at: string, names: readonly string[]): string {
  return (
    `${named(names)}: the file in ${at} is not the one that Tidegate has noted. What is noted stays. Where it came from a ` +
    'wrong commit, delete the rows of these names from tidegate.ledger in the database, and call again.'
  );
}
