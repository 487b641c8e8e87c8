/** An object as `pg_identify_object` names it, in the words of SQL and as a handle. */
export interface Identified {
  /** As COMMENT ON names it. */
  readonly sql: string;
  readonly handle: string;
  /** As pg_identify_object has it. */
  readonly type: string;
  readonly identity: string;
}

/** Words of SQL by pg_identify_object's type, and what our catalog calls the kind; null: known by its name alone. */
const kinds: Readonly<Record<string, readonly [sql: string, kind: string | null]>> = {
  table: ['TABLE', null],
  'foreign table': ['FOREIGN TABLE', null],
  view: ['VIEW', null],
  'materialized view': ['MATERIALIZED VIEW', null],
  index: ['INDEX', null],
  sequence: ['SEQUENCE', null],
  type: ['TYPE', null],
  function: ['FUNCTION', 'function'],
  procedure: ['PROCEDURE', 'procedure'],
  aggregate: ['AGGREGATE', 'aggregate'],
  schema: ['SCHEMA', 'schema'],
  trigger: ['TRIGGER', 'trigger'],
  rule: ['RULE', 'rule'],
  policy: ['POLICY', 'policy'],
  'statistics object': ['STATISTICS', 'statistics'],
  'text search configuration': ['TEXT SEARCH CONFIGURATION', 'text search configuration'],
  'text search dictionary': ['TEXT SEARCH DICTIONARY', 'text search dictionary'],
  collation: ['COLLATION', 'collation'],
  operator: ['OPERATOR', 'operator'],
  cast: ['CAST', 'cast'],
  conversion: ['CONVERSION', 'conversion'],
  'access method': ['ACCESS METHOD', 'access method'],
  'text search parser': ['TEXT SEARCH PARSER', 'text search parser'],
  'text search template': ['TEXT SEARCH TEMPLATE', 'text search template'],
  'event trigger': ['EVENT TRIGGER', 'event trigger'],
  publication: ['PUBLICATION', 'publication'],
  server: ['SERVER', 'foreign server'],
  'foreign-data wrapper': ['FOREIGN DATA WRAPPER', 'foreign data wrapper'],
  language: ['LANGUAGE', 'language'],
  'table constraint': ['CONSTRAINT', 'constraint'],
  'domain constraint': ['CONSTRAINT', 'constraint'],
};

const columns = ['table', 'view', 'materialized view', 'foreign table', 'composite type'].map(
  (relation) => `${relation} column`,
);

/** Of `type identity`; null where the type is not one of these. */
export function identified(name: string): Identified | null {
  const column = columns.find((type) => name.startsWith(`${type} `));
  if (column !== undefined) {
    const identity = name.slice(column.length + 1);
    return { sql: `COLUMN ${identity}`, handle: identity, type: column, identity };
  }
  const type = Object.keys(kinds)
    .filter((known) => name.startsWith(`${known} `))
    .toSorted((a, b) => b.length - a.length)[0];
  const [sql, kind] = (type === undefined ? undefined : kinds[type]) ?? [];
  if (type === undefined || sql === undefined || kind === undefined) return null;
  const identity = name.slice(type.length + 1);
  // SQL and PostgreSQL's own name for it part ways here.
  const place =
    type === 'domain constraint'
      ? identity.replace(/ on (?=(?:[^"]|"[^"]*")*$)/, ' ON DOMAIN ')
      : type === 'aggregate' && identity.endsWith('()')
        ? `${identity.slice(0, -1)}*)`
        : identity;
  return { sql: `${sql} ${place}`, handle: kind === null ? identity : `${kind} ${identity}`, type, identity };
}
