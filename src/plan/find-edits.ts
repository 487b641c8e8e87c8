import type { LedgerEntry } from '../domain/history.ts';
import type { MigrationFile } from '../domain/migration.ts';
import type { Problem } from '../domain/problem.ts';
import type { HistoryInput } from './history-input.ts';
import { shellWord } from './names-in-words.ts';

/** Applied migrations whose file is not the one that ran. */
export function findEdits(input: HistoryInput): readonly Problem[] {
  const recorded = new Map(input.actual.map(({ name, ledger }) => [name, ledger]));
  const before = new Map(input.base.map((file) => [file.name, file.blob]));
  return input.desired.flatMap((file) => {
    const ledger = recorded.get(file.name);
    if (ledger === undefined) return [];
    const isChangedHere = before.has(file.name) && before.get(file.name) !== file.blob;
    const isEdited = ledger === null ? isChangedHere : isOtherThanRan(file, ledger, input);
    return isEdited ? [edited(file, restoreFrom(input, ledger))] : [];
  });
}

function isOtherThanRan({ name }: MigrationFile, ledger: LedgerEntry, { checksums }: HistoryInput): boolean {
  const found = checksums.get(name);
  // A file that could not be read has a problem of its own.
  return found !== undefined && found !== ledger.checksum;
}

/** The commit that ran, since a base branch may have the edit by now; that branch where the ledger names none. */
function restoreFrom(input: HistoryInput, ledger: LedgerEntry | null): string {
  const commit = ledger?.commit ?? '';
  return /^[0-9a-f]{7,64}$/.test(commit) ? commit : baseRef(input);
}

/** The base branch for a line that people copy; a placeholder where its name is not known. */
function baseRef({ baseBranch }: HistoryInput): string {
  return baseBranch === undefined ? 'BASE_BRANCH' : shellWord(`origin/${baseBranch}`);
}

function edited({ name, path }: MigrationFile, from: string): Problem {
  return {
    code: 'edited',
    message:
      `${name} has been applied, and its file is no longer the one that ran: an edit would never reach this database. ` +
      `Restore it with \`git checkout ${from} -- ${shellWord(path)}\` and put the change into a new migration.`,
    migration: name,
    path,
  };
}
