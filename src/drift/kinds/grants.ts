import type { Kind } from '../kind.ts';
import type { SchemaObject } from '../schema-object.ts';
import { mentionsOf, wholesOf } from '../sql/mentions.ts';
import {
  isName,
  nameAt,
  part,
  partsOfName,
  placeOf,
  reads,
  splitAt,
  statementsIn,
  written,
  type Stretch,
} from '../sql/text.ts';
import { step, type Step } from '../step.ts';
import { identified, type Identified } from './identified.ts';

/** Against what a new object of the kind gives by itself. */
type Standing = 'granted' | 'with grant option' | 'revoked' | 'usual';

/** Privileges by name and grantee. */
type Acl = ReadonlyMap<
  string,
  { readonly privilege: string; readonly grantee: string; readonly standing: Standing }
>;

/** What is granted beyond the usual, and revoked below it: each by its difference. */
export const grants: Kind = {
  make: (object) => between(object, new Map(), aclOf(object), 'make'),
  drop: (object, world) => {
    const about = identified(object.name);
    if (about === null) return null;
    return world.isGone(about.handle) ? [] : between(object, aclOf(object), new Map(), 'drop');
  },
  change: (before, after) => {
    const steps = between(after, aclOf(before), aclOf(after), 'change');
    return steps === null ? null : { steps };
  },
  handles: () => [],
  partOf: ({ name }) => [identified(name)?.handle ?? '', ...aboveOf(identified(name))],
  light: true,
  pinsColumns: false,
};

/** What a REVOKE on a table takes along: the same privilege on its columns. Of a column's grants only. */
function aboveOf(about: Identified | null): readonly string[] {
  return about?.type.endsWith(' column') === true ? [columnsHandle(targetOf(about))] : [];
}

function columnsHandle(table: string): string {
  return `privileges of columns of ${table}`;
}

/** Stands for an object's privileges as they are when it is new. */
export function aclHandle(handle: string): string {
  return `privileges of ${handle}`;
}

function between(
  object: SchemaObject,
  before: Acl | null,
  after: Acl | null,
  by: 'make' | 'drop' | 'change',
): readonly Step[] | null {
  const about = identified(object.name);
  if (about === null || before === null || after === null) return null;
  const groups = new Map<string, { grantee: string; verb: Verb; privileges: string[] }>();
  for (const key of [...new Set([...before.keys(), ...after.keys()])].sort()) {
    const verb = verbFor(before.get(key)?.standing ?? 'usual', after.get(key)?.standing ?? 'usual');
    const { privilege, grantee } = after.get(key) ?? before.get(key) ?? { privilege: '', grantee: '' };
    if (verb === null) continue;
    const group = groups.get(`${verb} ${grantee}`) ?? { grantee, verb, privileges: [] };
    group.privileges.push(privilege);
    groups.set(`${verb} ${grantee}`, group);
  }
  return [...groups.values()].map(({ grantee, verb, privileges }) =>
    step('grant', sqlOf(about, verb, privileges, grantee), {
      ...placeOfGrant(about, by === 'make' || (by === 'change' && verb.startsWith('GRANT'))),
      ...(verb === 'REVOKE' && isRelation(about)
        ? { drops: [columnsHandle(about.identity)], makes: [columnsHandle(about.identity)] }
        : {}),
    }),
  );
}

/** What is given comes after what it is given on is as it shall be; what is taken, before that is another. */
function placeOfGrant(about: Identified, isGiven: boolean): Pick<Step, 'needs' | 'frees'> {
  const wholes = wholesOf(about.handle);
  return {
    needs: mentionsOf('', ...(isGiven ? wholes : []), aclHandle(about.handle), ...aboveOf(about)),
    frees: mentionsOf('', ...(isGiven ? [] : wholes)),
  };
}

function isRelation({ type }: Identified): boolean {
  return ['table', 'foreign table', 'view', 'materialized view'].includes(type);
}

type Verb = 'GRANT' | 'GRANT WITH GRANT OPTION' | 'REVOKE' | 'REVOKE GRANT OPTION FOR';

function verbFor(before: Standing, after: Standing): Verb | null {
  if (before === after) return null;
  switch (after) {
    case 'granted':
      return before === 'with grant option' ? 'REVOKE GRANT OPTION FOR' : 'GRANT';
    case 'with grant option':
      return 'GRANT WITH GRANT OPTION';
    case 'revoked':
      return 'REVOKE';
    case 'usual':
      return before === 'revoked' ? 'GRANT' : 'REVOKE';
  }
}

function sqlOf(about: Identified, verb: Verb, privileges: readonly string[], grantee: string): string {
  const list = privileges.map((privilege) => `${privilege}${columnOf(about)}`).join(', ');
  const [first] = verb.split(' ');
  const option = verb === 'REVOKE GRANT OPTION FOR' ? ' GRANT OPTION FOR' : '';
  const direction = first === 'GRANT' ? 'TO' : 'FROM';
  const tail = verb === 'GRANT WITH GRANT OPTION' ? ' WITH GRANT OPTION' : '';
  return `${first ?? ''}${option} ${list} ON ${targetOf(about)} ${direction} ${grantee}${tail}`;
}

function columnOf({ type, identity }: Identified): string {
  return type.endsWith(' column') ? ` (${partsOfName(identity).at(-1) ?? ''})` : '';
}

/** As GRANT names it, after ON. */
export function targetOf({ type, identity }: Identified): string {
  if (type.endsWith(' column')) return partsOfName(identity).slice(0, -1).join('.');
  switch (type) {
    case 'sequence':
    case 'schema':
    case 'function':
    case 'procedure':
    case 'type':
      return `${type.toUpperCase()} ${identity}`;
    case 'aggregate':
      return `FUNCTION ${identity}`;
    case 'server':
      return `FOREIGN SERVER ${identity}`;
    case 'language':
      return `LANGUAGE ${identity}`;
    case 'foreign-data wrapper':
      return `FOREIGN DATA WRAPPER ${identity}`;
    default:
      return identity;
  }
}

/** Null where a line is not as our catalog writes one. */
function aclOf({ name, definition }: SchemaObject): Acl | null {
  const found = statementsIn(definition);
  if (found === null || found.notes.length > 0 || identified(name) === null) return null;
  const acl = new Map<string, { privilege: string; grantee: string; standing: Standing }>();
  for (const statement of found.statements) {
    const line = lineOf(statement);
    if (line === null) return null;
    for (const privilege of line.privileges) {
      const key = `${privilege} ${line.grantee}`;
      // One with the option stands for the plain one that it took the place of.
      if (acl.get(key)?.standing === 'with grant option') continue;
      acl.set(key, { privilege, grantee: line.grantee, standing: line.standing });
    }
  }
  return acl;
}

function lineOf(
  statement: Stretch,
): { privileges: readonly string[]; grantee: string; standing: Standing } | null {
  const verb = statement.tokens[0]?.text;
  if (verb !== 'GRANT' && verb !== 'REVOKE') return null;
  const on = placeOf(statement, ['ON']);
  const hasOption = reads(statement, statement.tokens.length - 3, 'WITH', 'GRANT', 'OPTION');
  const last = statement.tokens.length - (hasOption ? 4 : 1);
  const grantee = nameAt(statement, last)?.name;
  const direction = verb === 'GRANT' ? 'TO' : 'FROM';
  if (grantee === undefined || !isName(statement.tokens[last]) || !reads(statement, last - 1, direction))
    return null;
  return {
    privileges: splitAt(part(statement, 1, on), ',').map(written),
    grantee,
    standing: verb === 'REVOKE' ? 'revoked' : hasOption ? 'with grant option' : 'granted',
  };
}
