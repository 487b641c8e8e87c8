import type { Node } from 'libpg-query';
import type { LedgerEntry } from '../../domain/history.ts';
import type { SchemaChange } from '../../domain/schema-diff.ts';
import { isPrivileged, kindOf, nodesOf } from '../../shadow/privileged-kinds.ts';
import { baseOwner } from '../../shadow/names.ts';

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
  ['CreateSubscriptionStmt', { kind: 'subscription', name: 'subname' }],
  ['CreateFdwStmt', { kind: 'foreign data wrapper', name: 'fdwname' }],
  ['CreateForeignServerStmt', { kind: 'foreign server', name: 'servername' }],
  ['CreatePLangStmt', { kind: 'language', name: 'plname' }],
]);

/** The same kinds, as other statements name them. */
const named: ReadonlyMap<string, string> = new Map([
  ['OBJECT_EXTENSION', 'extension'],
  ['OBJECT_EVENT_TRIGGER', 'event trigger'],
  ['OBJECT_PUBLICATION', 'publication'],
  ['OBJECT_SUBSCRIPTION', 'subscription'],
  ['OBJECT_FDW', 'foreign data wrapper'],
  ['OBJECT_FOREIGN_SERVER', 'foreign server'],
  ['OBJECT_LANGUAGE', 'language'],
]);

/** What is said of an object, and goes with it. */
const beside: ReadonlySet<string> = new Set(['comment', 'grants', 'security label']);
const guardedKinds: ReadonlySet<string> = new Set([...named.values(), ...beside, 'user mapping']);
const mayBeGuarded = /extension|trigger|publication|subscription|wrapper|server|language/i;

/**
 * The changes without objects that a statement of the history made which no shadow may run, and what is said of those:
 * that they are missing there says nothing.
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
      for (const object of objectsOf(node)) made.add(object);
    }
  }
  return changes.filter((change) => !keysOf(change).some((key) => made.has(key)));
}

/** Of an object, and of what it is said of. */
function keysOf({ kind, name }: SchemaChange): readonly string[] {
  const about = unquoted(kind === 'security label' ? name.replace(/^.*? on /s, '') : name)
    .replace(/^server /, 'foreign server ')
    .replace(/^foreign-data wrapper /, 'foreign data wrapper ');
  return beside.has(kind) ? [about, `${kind} ${about}`] : [`${kind} ${unquoted(name)}`];
}

/** The objects that a statement makes, or names anew, or says something of; none where it is none of these. */
function objectsOf(node: Node): readonly string[] {
  const maker = makers.get(kindOf(node));
  if (maker !== undefined) return inWords(maker.kind, textIn(node, maker.name));
  if ('CreateUserMappingStmt' in node) {
    const { user, servername = '' } = node.CreateUserMappingStmt;
    return [`user mapping ${roleIn(user)} on server ${servername}`];
  }
  if (!isPrivileged(node)) return [];
  if ('RenameStmt' in node)
    return inWords(named.get(textIn(node, 'renameType') ?? ''), textIn(node, 'newname'));
  if ('CommentStmt' in node) {
    return inWords(`comment ${kindNamed(node)}`, stringIn(node.CommentStmt.object));
  }
  if (!('GrantStmt' in node)) return [];
  return (node.GrantStmt.objects ?? []).flatMap((object) =>
    inWords(`grants ${kindNamed(node)}`, stringIn(object)),
  );
}

function kindNamed(node: Node): string {
  return named.get(textIn(node, 'objtype') ?? '') ?? '';
}

function roleIn(user: { readonly roletype?: string; readonly rolename?: string } | undefined): string {
  if (user?.roletype === 'ROLESPEC_PUBLIC') return 'PUBLIC';
  return user?.roletype === 'ROLESPEC_CSTRING' ? (user.rolename ?? '') : baseOwner;
}

function inWords(kind: string | undefined, name: string | null): readonly string[] {
  return kind === undefined || name === null ? [] : [`${kind} ${name}`];
}

function stringIn(node: Node | undefined): string | null {
  return node !== undefined && 'String' in node ? (node.String.sval ?? null) : null;
}

function textIn(node: Node, key: string): string | null {
  const [body] = Object.values(node) as readonly unknown[];
  const text: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, key) : null;
  return typeof text === 'string' ? text : null;
}

/** A name may be anything between quotes. */
function unquoted(name: string): string {
  return name.replaceAll(/"((?:[^"]|"")*)"/gs, (_, inner: string) => inner.replaceAll('""', '"'));
}
