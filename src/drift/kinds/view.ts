import type { Kind } from '../kind.ts';
import type { SchemaObject } from '../schema-object.ts';
import { mentionsOf, type Mentions } from '../sql/mentions.ts';
import { part, placeOf, reads, splitAt, written, type Stretch } from '../sql/text.ts';
import { step, type Step } from '../step.ts';
import { uniqueHandle } from '../tables/constraints.ts';
import { ownedOf, ownerSteps } from './owned.ts';

/** Replaced in place where its columns only grow; else dropped and made with all that is built on it. */
export const view: Kind = {
  make: (object) => madeOf(object),
  drop: ({ name, definition }) => [
    step('dropDependent', `DROP VIEW ${name}`, {
      drops: [name, `view ${name}`],
      frees: needsOf(name, definition),
    }),
  ],
  change: (before, after) => {
    const [then, now] = [viewOf(before), viewOf(after)];
    if (then === null || now === null) return null;
    if (!onlyGrows(then.query, now.query)) return 'anew';
    const owner = ownerSteps(`VIEW ${after.name}`, then.owner, now.owner, after.name);
    if (owner === null) return null;
    const replaced = step('view', written(now.main).replace(/^CREATE VIEW /, 'CREATE OR REPLACE VIEW '), {
      makes: [after.name, `view ${after.name}`],
      frees: needsOf(after.name, written(then.main)),
      needs: needsOf(after.name, written(now.main)),
    });
    const isSame = written(then.main) === written(now.main);
    return {
      steps: [...(isSame ? [] : [replaced]), ...defaultSteps(after.name, then.more, now.more), ...owner],
    };
  },
  handles: ({ name }) => [name, `view ${name}`],
  light: true,
  pinsColumns: true,
};

function madeOf(object: SchemaObject): readonly Step[] | null {
  const found = viewOf(object);
  const owner = found === null ? null : ownerSteps(`VIEW ${object.name}`, '', found.owner, object.name);
  if (found === null || owner === null) return null;
  const sql = written(found.main);
  return [
    step('view', sql, { makes: [object.name, `view ${object.name}`], needs: needsOf(object.name, sql) }),
    ...defaultSteps(object.name, [], found.more),
    ...owner,
  ];
}

interface View {
  readonly main: Stretch;
  readonly query: Stretch;
  readonly more: readonly Stretch[];
  readonly owner: string;
}

function viewOf(object: SchemaObject): View | null {
  const owned = ownedOf(object, `VIEW ${object.name}`);
  if (
    owned === null ||
    owned.notes.length > 0 ||
    !written(owned.main).startsWith(`CREATE VIEW ${object.name} `)
  )
    return null;
  if (owned.more.some((more) => defaultOf(object.name, more) === null)) return null;
  const query = part(owned.main, placeOf(owned.main, ['AS']) + 1);
  return { main: owned.main, query, more: owned.more, owner: owned.owner };
}

/**
 * Whether OR REPLACE is possible for certain: the columns there were are the same expressions over the same relations,
 * so that they have the same types. What stands after the relations may be another.
 */
function onlyGrows(before: Stretch, after: Stretch): boolean {
  if (written(before) === written(after)) return true;
  if (!reads(before, 0, 'SELECT') || !reads(after, 0, 'SELECT')) return false;
  if (isCompound(before) || isCompound(after)) return false;
  const [then, now] = [selectOf(before), selectOf(after)];
  const isPrefix = then.items.every((item, index) => now.items[index] === item);
  return isPrefix && (now.from === then.from || now.from.startsWith(`${then.from},`));
}

function isCompound(query: Stretch): boolean {
  return placeOf(query, ['UNION', 'INTERSECT', 'EXCEPT', 'DISTINCT']) < query.tokens.length;
}

function selectOf(query: Stretch): { readonly items: readonly string[]; readonly from: string } {
  const [start, end] = [
    placeOf(query, ['FROM']),
    placeOf(query, ['WHERE', 'GROUP', 'HAVING', 'WINDOW', 'ORDER', 'LIMIT', 'OFFSET', 'FETCH', 'FOR']),
  ];
  // One space for all, so that a name over several lines is the same on one.
  const plain = (stretch: Stretch): string => stretch.tokens.map(({ text }) => text).join(' ');
  return {
    items: splitAt(part(query, 1, Math.min(start, end)), ',').map(plain),
    from: plain(part(query, start, Math.max(start, end))),
  };
}

function defaultSteps(name: string, before: readonly Stretch[], after: readonly Stretch[]): readonly Step[] {
  const [then, now] = [before, after].map(
    (list) => new Map(list.map((one) => defaultOf(name, one) ?? ['', ''])),
  );
  const alter = (what: string): Step =>
    step('setting', `ALTER VIEW ${name} ALTER ${what}`, { needs: mentionsOf(what, name) });
  return [
    ...[...(then ?? [])]
      .filter(([column]) => now?.has(column) === false)
      .map(([column]) => alter(`${column} DROP DEFAULT`)),
    ...[...(now ?? [])]
      .filter(([column, value]) => then?.get(column) !== value)
      .map(([column, value]) => alter(`${column} SET DEFAULT ${value}`)),
  ];
}

function defaultOf(name: string, statement: Stretch): readonly [string, string] | null {
  const start = `ALTER VIEW ${name} ALTER `;
  if (!written(statement).startsWith(start)) return null;
  const at = statement.tokens.findIndex(
    (token) => token.start === (statement.tokens[0]?.start ?? 0) + start.length,
  );
  if (!reads(statement, at + 1, 'SET', 'DEFAULT')) return null;
  return [statement.tokens[at]?.text ?? '', written(part(statement, at + 3))];
}

/** A query may rely on a key as well: it groups by it. */
export function needsOf(own: string, sql: string): Mentions {
  const found = mentionsOf(sql);
  return {
    ...found,
    names: new Set([...found.names, ...[...found.names].filter((name) => name !== own).map(uniqueHandle)]),
  };
}
