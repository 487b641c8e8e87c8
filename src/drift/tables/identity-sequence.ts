import { partsOfName } from '../sql/text.ts';
import type { Column } from './column.ts';

/** The handle of the sequence that an identity column brought, under the name that PostgreSQL gives it. */
export function identitySequences(table: string, { name, identity }: Column): readonly string[] {
  if (identity === '') return [];
  const [schema = '', own = ''] = partsOfName(table);
  return [`${schema}.${quoted(`${plain(own)}_${plain(name)}_seq`)}`];
}

function plain(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
}

function quoted(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}
