import type { Kind } from '../kind.ts';
import type { SchemaObject } from '../schema-object.ts';
import { mentionsOf } from '../sql/mentions.ts';
import { part, partsOfName, placeOf, reads, stretchOf, written } from '../sql/text.ts';
import { step, type Step } from '../step.ts';
import type { World } from '../world.ts';
import { aclHandle, targetOf } from './grants.ts';
import { identified } from './identified.ts';

interface Defaults {
  readonly role: string;
  /** Empty: of all schemas. */
  readonly schema: string;
  /** `tables`, `functions`, … */
  readonly on: string;
  /** `SELECT TO x`, `SELECT TO x WITH GRANT OPTION`. */
  readonly lines: readonly Line[];
}

interface Line {
  readonly privilege: string;
  readonly grantee: string;
  readonly option: boolean;
}

/** What objects that are made later give by themselves: changed last, so that it touches nothing of what is made here. */
export const defaultPrivileges: Kind = {
  make: (object) => {
    const found = defaultsOf(object);
    return found === null ? null : changes(found, usualOf(found), found.lines);
  },
  drop: (object, world) => {
    const found = defaultsOf(object);
    if (found === null) return null;
    return world.isGone(`schema ${found.schema}`) ? [] : changes(found, found.lines, usualOf(found));
  },
  change: (before, after) => {
    const [then, now] = [defaultsOf(before), defaultsOf(after)];
    return then === null || now === null ? null : { steps: changes(now, then.lines, now.lines) };
  },
  handles: () => [],
  light: false,
  pinsColumns: false,
};

/** The defaults of all schemas start from what PostgreSQL gives; `ALL` stands for whatever that is. */
function usualOf({ schema, on, role }: Defaults): readonly Line[] {
  if (schema !== '') return [];
  const own: Line = { privilege: 'ALL', grantee: role, option: false };
  const given = on === 'functions' ? 'EXECUTE' : on === 'types' ? 'USAGE' : null;
  return given === null ? [own] : [own, { privilege: given, grantee: 'PUBLIC', option: false }];
}

function changes(defaults: Defaults, before: readonly Line[], after: readonly Line[]): readonly Step[] {
  const ownOnly = (lines: readonly Line[]): boolean => lines.some(({ privilege }) => privilege === 'ALL');
  const isOwn = ({ grantee }: Line): boolean =>
    grantee === defaults.role &&
    (ownOnly(before) || ownOnly(after)) &&
    hasOwn(before, defaults) &&
    hasOwn(after, defaults);
  const wants = (lines: readonly Line[], line: Line): boolean =>
    lines.some(
      ({ privilege, grantee, option }) =>
        privilege === line.privilege && grantee === line.grantee && option === line.option,
    );
  const revoked = before.filter((line) => !isOwn(line) && !wants(after, line));
  const granted = after.filter((line) => !isOwn(line) && !wants(before, line));
  return [
    ...revoked.map((line) => alter(defaults, `REVOKE ${line.privilege}`, `FROM ${line.grantee}`)),
    ...granted.map((line) =>
      alter(
        defaults,
        `GRANT ${line.privilege}`,
        `TO ${line.grantee}${line.option ? ' WITH GRANT OPTION' : ''}`,
      ),
    ),
  ];
}

function hasOwn(lines: readonly Line[], { role }: Defaults): boolean {
  return lines.some(({ grantee }) => grantee === role);
}

function alter({ role, schema, on }: Defaults, what: string, whom: string): Step {
  const within = schema === '' ? '' : ` IN SCHEMA ${schema}`;
  return step(
    'defaults',
    `ALTER DEFAULT PRIVILEGES FOR ROLE ${role}${within} ${what} ON ${on.toUpperCase()} ${whom}`,
    {
      needs: mentionsOf('', ...(schema === '' ? [] : [`schema ${schema}`])),
      frees: mentionsOf('', ...(schema === '' ? [] : [`schema ${schema}`])),
    },
  );
}

/** Null where it is not as our catalog writes one. */
function defaultsOf({ name, definition }: SchemaObject): Defaults | null {
  const stretch = stretchOf(name);
  if (stretch === null || !reads(stretch, 0, 'for', 'role')) return null;
  const within = reads(stretch, 3, 'in', 'schema');
  const at = within ? 7 : 4;
  const lines = linesOf(definition);
  if (lines === null || stretch.tokens[at - 1]?.text !== 'on') return null;
  return {
    role: stretch.tokens[2]?.text ?? '',
    schema: within ? (stretch.tokens[5]?.text ?? '') : '',
    on: written(part(stretch, at)),
    lines,
  };
}

/** A role's name may hold a line break: the words are read, not the lines. */
function linesOf(definition: string): readonly Line[] | null {
  let rest = stretchOf(definition);
  const lines: Line[] = [];
  while (rest !== null && rest.tokens.length > 0) {
    const to = placeOf(rest, ['TO']);
    const grantee = rest.tokens[to + 1]?.text;
    if (to === 0 || grantee === undefined) return null;
    const option = reads(rest, to + 2, 'WITH', 'GRANT', 'OPTION');
    lines.push({ privilege: written(part(rest, 0, to)), grantee, option });
    rest = part(rest, to + (option ? 5 : 2));
  }
  return rest === null ? null : lines;
}

const onWhat: Readonly<Record<string, string>> = {
  table: 'tables',
  'foreign table': 'tables',
  view: 'tables',
  'materialized view': 'tables',
  sequence: 'sequences',
  function: 'functions',
  procedure: 'functions',
  type: 'types',
  domain: 'types',
  schema: 'schemas',
};

/** Takes from a new object what defaults that are there before gave it: its own grants say all. */
export function withoutDefaults({ kind, name }: SchemaObject, { before }: World): readonly Step[] {
  const on = onWhat[kind];
  const about = identified(`${kind === 'domain' ? 'type' : kind} ${name}`);
  if (on === undefined || about === null) return [];
  const [schema] = partsOfName(name.replace(/\(.*$/s, ''));
  const defaults = [...before.values()]
    .filter((object) => object.kind === 'default privileges')
    .flatMap((object) => defaultsOf(object) ?? [])
    .filter((one) => one.on === on && (one.schema === '' || one.schema === schema));
  const isPublic = on === 'functions' || on === 'types';
  const grantees = new Set(
    defaults.flatMap(({ role, lines }) =>
      lines.map(({ grantee }) => grantee).filter((grantee) => grantee !== role),
    ),
  );
  const given = on === 'functions' ? 'EXECUTE' : 'USAGE';
  const target = targetOf(about);
  const reset = [...grantees]
    .filter((grantee) => !isPublic || grantee !== 'PUBLIC')
    .map((grantee) => `REVOKE ALL ON ${target} FROM ${grantee}`);
  const all = isPublic && defaults.length > 0 ? [...reset, `GRANT ${given} ON ${target} TO PUBLIC`] : reset;
  return all.map((sql) =>
    step('grant', sql, { makes: [aclHandle(about.handle)], needs: mentionsOf('', about.handle) }),
  );
}
