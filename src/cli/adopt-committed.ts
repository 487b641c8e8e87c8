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
import { onEmptyShadow, proveThatTheyMake, untriedInWords } from './prove-schema.ts';
import { readTargetSchema } from './target-schema.ts';
import { paragraphs } from './text-blocks.ts';

/**
 * A database without a history, and a commit with the migrations that made it: they are proven to make its schema, and
 * its history then says that they ran. Returns what was done, in words. Throws CannotAdopt where the two are not equal.
 */
export async function recordCommitted(adoption: Adoption): Promise<string> {
  const { asked, directory, settings, targets } = adoption;
  const folder = await readCommittedFolder(directory, settings.directory, asked.commit);
  const commit = `commit ${folder.commit.slice(0, 10)}`;
  const compiled = await compileAll(adoption, folder);
  if (compiled.length === 0) {
    throw new CannotAdopt(
      `The database has no history in ${settings.schema}.${settings.table}, so ${commit} was expected to hold the migrations ` +
        `that made it, and its ${settings.directory}/ holds none. Call without --record first: that writes one from the ` +
        'schema. Commit it, then call again.',
    );
  }
  const untried = await onEmptyShadow(adoption, async (shadow) => {
    const wanted = await readTargetSchema(targets, settings);
    return proveThatTheyMake(wanted, compiled, shadow, commit);
  });
  await targets.withLock(targetKey, settings, async (target) => {
    const { history, now } = await target.state();
    if (history.length > 0) {
      throw new CannotAdopt(
        'The history was expected to be empty, and somebody has written to it meanwhile. Nothing was recorded. Call again: ' +
          'it is then adopted as it is.',
      );
    }
    await target.record(compiled.map((migration) => adoptedEntry(migration, folder.commit, now)));
  });
  return paragraphs([
    [
      `Recorded as run, with the checksums of ${commit}: ${named(compiled.map(({ name }) => name))}.`,
      'They make just the schema of the database. None of them was run on it.',
      ...[untriedInWords(untried)].filter((line) => line !== null),
    ],
    [nextStep],
  ]);
}
