import type { RepositoryStatus } from '../jobs/repository-status.ts';
import { isUneven, placeWords } from '../report/migration-table.ts';
import type { StatusRow } from '../report/reply-view.ts';
import { counted } from '../report/words.ts';
import { paragraphs, table } from './text-blocks.ts';

/** How a repository stands, for a terminal: its environments, and the migrations that are not applied everywhere. */
export function statusText({ environments, migrations }: RepositoryStatus, repository: string): string {
  const head = ['environment', 'branch', 'applied', 'newest', 'pending', 'state'];
  const asked = environments.filter(({ applied }) => applied !== null).map(({ environment }) => environment);
  const uneven = migrations.filter((row) => isUneven(row, asked)).toReversed();
  const places = uneven.map((row) => [row.migration, ...asked.map((name) => placeWords(row.places[name]))]);
  return paragraphs([
    [`${repository}:`],
    table([head, ...environments.map(environmentRow)]),
    uneven.length === 0
      ? [`${counted(migrations.length, 'migration')}, applied everywhere.`]
      : table([['migration', ...asked], ...places]),
  ]);
}

/** What ran on environments that come later, and not here. */
function behindWords({ behind }: Pick<StatusRow, 'behind'>): string {
  return behind
    .map(({ environment, migrations }) => `, behind ${environment} by ${migrations.length}`)
    .join('');
}

function environmentRow({ environment, branch, applied, latest, pending, ...state }: StatusRow): string[] {
  const counts = applied === null ? ['–', '–', '–'] : [`${applied}`, latest ?? '–', `${pending.length}`];
  return [environment, branch, ...counts, `${stateOf({ pending, ...state })}${behindWords(state)}`];
}

function stateOf({
  hold,
  unavailable,
  waitsUntil,
  pending,
}: Pick<StatusRow, 'hold' | 'unavailable' | 'waitsUntil' | 'pending'>): string {
  if (hold !== null) return `on hold: ${hold.message}`;
  if (unavailable !== null) return unavailable;
  if (waitsUntil !== undefined) return `waiting until ${waitsUntil}`;
  return pending.length === 0 ? 'up to date' : 'behind its branch';
}
