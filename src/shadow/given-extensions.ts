import type { Node } from 'libpg-query';
import type pg from 'pg';
import type { Statement } from '../domain/migration.ts';
import type { GivenExtension } from './ground.ts';
import { elsewhereBeforehand, nodesOf } from './privileged-kinds.ts';

const duplicateObject = '42710';

/**
 * The extension that a failed statement was to make and that the shadow has beforehand; null for any other failure.
 * IF NOT EXISTS does not fail.
 */
export function givenAlready(
  nodes: readonly Node[],
  sqlState: string | null,
  given: readonly GivenExtension[],
): { readonly name: string; readonly schema: string | null } | null {
  const [node] = nodes;
  if (sqlState !== duplicateObject || nodes.length !== 1 || node === undefined) return null;
  if (!('CreateExtensionStmt' in node)) return null;
  const { extname = '', options = [] } = node.CreateExtensionStmt;
  if (given.every(({ name }) => name !== extname)) return null;
  return { name: extname, schema: options.map(schemaOf).find((schema) => schema !== null) ?? null };
}

function schemaOf(option: Node): string | null {
  if (!('DefElem' in option) || option.DefElem.defname !== 'schema') return null;
  const { arg } = option.DefElem;
  return arg !== undefined && 'String' in arg ? (arg.String.sval ?? null) : null;
}

/** How a target would have taken a statement that failed since the shadow has its extension beforehand. */
export type Verdict =
  | { readonly kind: 'passes' }
  | { readonly kind: 'not-tried'; readonly reason: string }
  /** The failure is the target's too, or has nothing to do with it. */
  | { readonly kind: 'fails' };

/** Which of the extensions that a shadow has beforehand its migrations have made by now, as on a target. */
export interface GivenExtensions {
  judge(nodes: readonly Node[], sqlState: string | null): Promise<Verdict>;
  /** A statement has run. */
  ran(nodes: readonly Node[]): void;
  /** Returns how to forget what ran from here on, where it was rolled back. */
  mark(): () => void;
}

/** `history`: what ran before the session's own statements; asked for only where the answer hangs on it. */
export function followGiven(
  given: readonly GivenExtension[],
  observer: pg.Client,
  history: () => Promise<readonly Statement[]>,
): GivenExtensions {
  let own: ReadonlyMap<string, boolean> = new Map();
  let earlier: Promise<ReadonlyMap<string, boolean>> | undefined;
  const isMade = async (name: string): Promise<boolean> => {
    earlier ??= history().then(madeBy);
    return own.get(name) ?? (await earlier).get(name) ?? false;
  };
  return {
    async judge(nodes, sqlState) {
      const asked = givenAlready(nodes, sqlState, given);
      if (asked === null || (await isMade(asked.name))) return { kind: 'fails' };
      const isElsewhere = asked.schema !== null && asked.schema !== (await homeOf(observer, asked.name));
      return isElsewhere ? { kind: 'not-tried', reason: elsewhereBeforehand } : { kind: 'passes' };
    },
    ran(nodes) {
      const changes = nodes.flatMap(changesOf);
      if (changes.length > 0) own = new Map([...own, ...changes]);
    },
    mark() {
      const before = own;
      return () => void (own = before);
    },
  };
}

async function madeBy(statements: readonly Statement[]): Promise<ReadonlyMap<string, boolean>> {
  const made = new Map<string, boolean>();
  for (const { sql } of statements) {
    if (!/extension/i.test(sql)) continue;
    for (const [name, is] of (await nodesOf(sql)).flatMap(changesOf)) made.set(name, is);
  }
  return made;
}

/** The extensions that a statement makes (true) or drops. */
function changesOf(node: Node): readonly (readonly [string, boolean])[] {
  if ('CreateExtensionStmt' in node) return [[node.CreateExtensionStmt.extname ?? '', true]];
  if (!('DropStmt' in node) || node.DropStmt.removeType !== 'OBJECT_EXTENSION') return [];
  return (node.DropStmt.objects ?? []).flatMap((object) =>
    'String' in object ? [[object.String.sval ?? '', false] as const] : [],
  );
}

async function homeOf(observer: pg.Client, extension: string): Promise<string | null> {
  const { rows } = await observer.query<{ schema: string }>(
    `SELECT n.nspname::text AS schema FROM pg_catalog.pg_extension e
       JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = $1`,
    [extension],
  );
  return rows[0]?.schema ?? null;
}
