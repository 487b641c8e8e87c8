import type { MigrationPlace, MigrationRow } from '../domain/status.ts';
import { clip } from './escape/reveal.ts';
import { listed, type Listed } from './listed.ts';
import type { Room } from './room.ts';
import type { StatusStyle } from './status-words.ts';

const states: Readonly<Record<MigrationPlace['state'], readonly [mark: string, words: string]>> = {
  applied: ['✅', 'applied'],
  'not-in-branch': ['⚠️', 'applied, not in the branch'],
  pending: ['⏳', 'pending'],
  held: ['✋', 'on hold'],
};

/** How a migration stands somewhere, in a few words, with a mark before them or not; `–` where nothing is known of it. */
export function placeWords(
  place: MigrationPlace | undefined,
  { hasMarks }: Pick<StatusStyle, 'hasMarks'>,
): string {
  if (place === undefined) return '–';
  const { state, at, by, pullRequest } = place;
  const when = at === null ? '' : ` ${at.toISOString().slice(0, 16).replace('T', ' ')}`;
  const who = by === null ? '' : ` by ${by}`;
  const [mark, words] = states[state];
  return `${hasMarks ? `${mark} ` : ''}${words}${when}${who}${pullRequest === null ? '' : ` (#${pullRequest})`}`;
}

/** Whether a migration stands in another way somewhere than elsewhere. */
export function isUneven({ places }: MigrationRow, environments: readonly string[]): boolean {
  return environments.some((name) => places[name]?.state !== 'applied');
}

export interface MigrationTable {
  readonly environments: readonly string[];
  readonly migrations: Listed<{ readonly name: string; readonly places: readonly string[] }>;
}

/** The migrations that are not applied everywhere, newest first. */
export function unevenMigrations(
  rows: readonly MigrationRow[],
  environments: readonly string[],
  room: Room,
): MigrationTable | null {
  const uneven = rows.filter((row) => isUneven(row, environments)).toReversed();
  if (uneven.length === 0 || environments.length < 2) return null;
  const shown = uneven.map(({ migration, places }) => ({
    name: clip(migration, room.text),
    places: environments.map((name) => clip(placeWords(places[name], { hasMarks: true }), room.text)),
  }));
  return { environments: environments.map((name) => clip(name, room.text)), migrations: listed(shown, room) };
}
