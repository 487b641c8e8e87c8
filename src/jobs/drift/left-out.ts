import type { Node } from 'libpg-query';
import type { LedgerEntry } from '../../domain/history.ts';
import type { SchemaChange } from '../../domain/schema-diff.ts';
import { isPrivileged, kindOf, nodesOf } from '../../shadow/privileged-kinds.ts';

interface Made {
  readonly kind: string;
  /** Where the node has the name. */
  readonly name: string;
}

/** Statements that make objects of kinds that can take rights which no shadow gives. */
const makers: ReadonlyMap<string, Made> = new Map([
  ['CreateExtensionStmt', { kind: 'extension', name: 'extname' }],
  ['CreateEventTrigStmt', { kind: 'event trigger', name: 'trigname' }],
  ['CreatePublicationStmt', { kind: 'publication', name: 'pubname' }],
  ['CreateFdwStmt', { kind: 'foreign data wrapper', name: 'fdwname' }],
  ['CreateForeignServerStmt', { kind: 'foreign server', name: 'servername' }],
  ['CreatePLangStmt', { kind: 'language', name: 'plname' }],
]);

/** The same kinds, as a statement names them that gives such an object another name. */
const renamed: ReadonlyMap<string, string> = new Map([
  ['OBJECT_EVENT_TRIGGER', 'event trigger'],
  ['OBJECT_PUBLICATION', 'publication'],
  ['OBJECT_FDW', 'foreign data wrapper'],
  ['OBJECT_FOREIGN_SERVER', 'foreign server'],
  ['OBJECT_LANGUAGE', 'language'],
]);

const guardedKinds: ReadonlySet<string> = new Set([...makers.values()].map(({ kind }) => kind));
const mayBeGuarded = /extension|trigger|publication|wrapper|server|language/i;

/**
 * The changes without objects that a statement of the history made which no shadow may run: that they are missing there
 * says nothing.
 */
export async function triedByNobody(
  changes: readonly SchemaChange[],
  { ledger }: { readonly ledger: readonly Pick<LedgerEntry, 'up'>[] },
): Promise<readonly SchemaChange[]> {
  if (!changes.some(({ kind }) => guardedKinds.has(kind))) return changes;
  const made = new Set<string>();
  for (const { sql } of ledger.flatMap(({ up }) => up.statements)) {
    if (!mayBeGuarded.test(sql)) continue;
    for (const node of await nodesOf(sql)) {
      const object = objectMadeBy(node);
      if (object !== null) made.add(object);
    }
  }
  return changes.filter(({ kind, name }) => !made.has(`${kind} ${unquoted(name)}`));
}

/** The kind and the name of the object that a statement makes, or names anew; null where it is none of these. */
function objectMadeBy(node: Node): string | null {
  const maker = makers.get(kindOf(node));
  if (maker !== undefined) return inWords(maker.kind, textIn(node, maker.name));
  if (kindOf(node) !== 'RenameStmt' || !isPrivileged(node)) return null;
  return inWords(renamed.get(textIn(node, 'renameType') ?? ''), textIn(node, 'newname'));
}

function inWords(kind: string | undefined, name: string | null): string | null {
  return kind === undefined || name === null ? null : `${kind} ${name}`;
}

function textIn(node: Node, key: string): string | null {
  const [body] = Object.values(node) as readonly unknown[];
  const text: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, key) : null;
  return typeof text === 'string' ? text : null;
}

function unquoted(name: string): string {
  return /^"(.*)"$/s.exec(name)?.[1]?.replaceAll('""', '"') ?? name;
}
