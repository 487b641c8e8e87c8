import type { LedgerEntry } from '../../domain/history.ts';
import type { SchemaChange } from '../../domain/schema-diff.ts';
import { isPrivileged, nodesOf } from '../../shadow/privileged-kinds.ts';

/** Kinds of objects that can take rights which no shadow gives. */
const guardedKinds: ReadonlySet<string> = new Set([
  'extension',
  'event trigger',
  'publication',
  'foreign data wrapper',
  'foreign server',
  'language',
]);

/**
 * The changes without objects that a statement of the history made which no shadow may run: that they are missing there
 * says nothing.
 */
export async function triedByNobody(
  changes: readonly SchemaChange[],
  { ledger }: { readonly ledger: readonly Pick<LedgerEntry, 'up'>[] },
): Promise<readonly SchemaChange[]> {
  if (!changes.some(({ kind }) => guardedKinds.has(kind))) return changes;
  const guarded = ledger.flatMap(({ up }) => up.statements.filter(({ sql }) => mayBeGuarded.test(sql)));
  const texts: string[] = [];
  for (const { sql } of guarded) if ((await nodesOf(sql)).some(isPrivileged)) texts.push(sql.toLowerCase());
  return changes.filter(
    ({ kind, name }) =>
      !guardedKinds.has(kind) || !texts.some((text) => text.includes(name.replaceAll('"', '').toLowerCase())),
  );
}

const mayBeGuarded = /extension|trigger|publication|wrapper|server|language/i;
