import type { CompiledMigration } from '../../domain/migration.ts';
import { nameAfter } from '../../plan/name-after.ts';
import { shellWord } from '../../plan/names-in-words.ts';
import type { TargetState } from '../../ports/target.ts';

/** What ran after the oldest of them and stays, in the order of running. */
export function laterThan(migrations: readonly string[], names: readonly string[]): readonly string[] {
  const wanted = new Set(migrations);
  const oldest = names.findIndex((name) => wanted.has(name));
  return oldest === -1 ? [] : names.slice(oldest).filter((name) => !wanted.has(name));
}

/** Those that have no down of their own. */
export function withoutDown(migrations: readonly string[], { ledger }: TargetState): readonly string[] {
  const wanted = new Set(migrations);
  return ledger.filter(({ name, down }) => wanted.has(name) && down === null).map(({ name }) => name);
}

/** Why later ones are in the way, and the command that leaves the history whole: all of it from there on. */
export function inTheWay(
  later: readonly string[],
  why: string,
  names: readonly string[],
  migrations: readonly string[],
): string {
  const oldest = names.findIndex((name) => migrations.includes(name));
  const stays = names[oldest - 1];
  const whole = stays === undefined ? `/rollback --last ${names.length}` : `/rollback --to ${stays}`;
  return (
    `Later migrations stand on what would be taken back: ${later.join(', ')}. ${why} Take those back as well, ` +
    `newest first: \`${whole}\` does both.`
  );
}

/** What it costs to take one out of the middle. */
export function landAgain(
  { name, path }: CompiledMigration,
  names: readonly string[],
  later: readonly string[],
): string {
  const last = names.at(-1) ?? name;
  const again = `${path.slice(0, path.lastIndexOf('/') + 1)}${nameAfter(last, name)}${extensionOf(path, name)}`;
  return (
    `${name} comes out of the middle: ${later.join(', ')} ran after it and stand without it, as was proven on the ` +
    `shadow. To land it again it needs a later place: \`git mv ${shellWord(path)} ${shellWord(again)}\`.`
  );
}

function extensionOf(path: string, name: string): string {
  const file = path.slice(path.lastIndexOf('/') + 1);
  return file.startsWith(name) ? file.slice(name.length) : '';
}
