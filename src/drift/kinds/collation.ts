import type { Kind } from '../kind.ts';
import type { SchemaObject } from '../schema-object.ts';
import { mentionsOf } from '../sql/mentions.ts';
import { written } from '../sql/text.ts';
import { step } from '../step.ts';
import { ownedOf, ownerSteps } from './owned.ts';

/** Collations of the C library and PostgreSQL's own: ICU's can have rules, of which the definition says nothing. */
export const collation: Kind = {
  make: (object) => {
    const found = collationOf(object);
    const owner =
      found === null ? null : ownerSteps(`COLLATION ${object.name}`, '', found.owner, handleOf(object));
    if (found === null || owner === null) return null;
    return [
      step('makeSpace', found.sql, {
        makes: [object.name, handleOf(object)],
        needs: mentionsOf(object.name),
      }),
      ...owner,
    ];
  },
  drop: (object) => [
    step('dropType', `DROP COLLATION ${object.name}`, {
      drops: [object.name, handleOf(object)],
      frees: mentionsOf(object.name),
    }),
  ],
  change: () => null,
  handles: (object) => [object.name, handleOf(object)],
  light: false,
  pinsColumns: false,
};

function handleOf({ name }: SchemaObject): string {
  return `collation ${name}`;
}

function collationOf(object: SchemaObject): { sql: string; owner: string } | null {
  const owned = ownedOf(object, `COLLATION ${object.name}`);
  if (owned === null || owned.more.length > 0) return null;
  const start = `CREATE COLLATION ${object.name} `;
  const sql = written(owned.main);
  const [, provider, places] =
    /^\(PROVIDER = ([cb]), (LC_COLLATE = .*, LC_CTYPE = .*), DETERMINISTIC = t\)$/s.exec(
      sql.slice(start.length),
    ) ?? [];
  if (!sql.startsWith(start) || provider === undefined || places === undefined) return null;
  if (provider === 'c')
    return owned.notes.length > 0
      ? null
      : { sql: `${start}(PROVIDER = libc, ${places})`, owner: owned.owner };
  const [locale = ''] = owned.notes;
  if (!/^[\w.-]+$/.test(locale)) return null;
  return { sql: `${start}(PROVIDER = builtin, LOCALE = '${locale}')`, owner: owned.owner };
}
