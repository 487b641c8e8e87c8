import type { RepositoryStatus } from '../jobs/repository-status.ts';
import { isUneven, placeWords } from '../report/migration-table.ts';
import type { StatusRow } from '../report/reply-view.ts';
import { stateWords, type StatusStyle } from '../report/status-words.ts';
import { counted } from '../report/words.ts';
import { paragraphs, table } from './text-blocks.ts';

/** Terminals do not agree on how wide an emoji is. */
const terminal: StatusStyle = { name: (text) => text, hasMarks: false };

/** How a repository stands, for a terminal: its environments, and the migrations that are not applied everywhere. */
export function statusText({ environments, migrations }: RepositoryStatus, repository: string): string {
  const head = ['environment', 'branch', 'applied', 'newest', 'pending', 'state'];
  const asked = environments.filter(({ applied }) => applied !== null).map(({ environment }) => environment);
  const uneven = migrations.filter((row) => isUneven(row, asked)).toReversed();
  const places = uneven.map((row) => [
    row.migration,
    ...asked.map((name) => placeWords(row.places[name], terminal)),
  ]);
  return paragraphs([
    [`${repository}:`],
    table([head, ...environments.map(environmentRow)]),
    uneven.length === 0
      ? [`${counted(migrations.length, 'migration')}, applied everywhere.`]
      : table([['migration', ...asked], ...places]),
  ]);
}

function environmentRow(row: StatusRow): string[] {
  const { environment, branch, applied, latest, pending } = row;
  const counts = applied === null ? ['–', '–', '–'] : [`${applied}`, latest ?? '–', `${pending.length}`];
  return [environment, branch, ...counts, stateWords(row, terminal)];
}

/** The same whole, for machines. */
export function statusJson(status: RepositoryStatus, repository: string): string {
  return `${JSON.stringify({ repository, ...status }, null, 2)}\n`;
}
