import { inject } from 'vitest';
import { changes } from '../shadow/catalog-changes.ts';

/** One change of a schema. */
export interface SingleChange {
  /** What is there beside the usual. */
  readonly before: string;
  readonly sql: string;
  /** Kinds of object in which it is to be seen. */
  readonly kinds: readonly string[];
  /** Kinds and names for which no statement makes it, and takes it back. */
  readonly left: readonly string[];
  readonly leftBack: readonly string[];
}

interface More {
  readonly before?: string;
  readonly left?: readonly string[];
  readonly leftBack?: readonly string[];
  /** The version that brought it. */
  readonly since?: number;
}

function one(sql: string, kinds: readonly string[], more: More = {}): readonly [SingleChange, number] {
  const { before = '', left = [], leftBack = [], since = 0 } = more;
  return [{ before, sql, kinds, left, leftBack }, since];
}

const m = 'CREATE AGGREGATE m (int) (SFUNC = int4larger, STYPE = int);';
const maximum = 'CREATE OR REPLACE AGGREGATE m (int) (SFUNC = int4larger, STYPE = int';
const wrapper = 'CREATE FOREIGN DATA WRAPPER w;';
const server = `${wrapper} CREATE SERVER s1 FOREIGN DATA WRAPPER w OPTIONS (a '1', b '2');`;
const foreignTable = `${server} CREATE FOREIGN TABLE ft (a int) SERVER s1;`;
const equal = 'CREATE OPERATOR @@@ (FUNCTION = int4eq, LEFTARG = int, RIGHTARG = int);';
const trigger = 'CREATE EVENT TRIGGER ev ON ddl_command_end EXECUTE FUNCTION et();';
const heap = 'CREATE ACCESS METHOD heap2 TYPE TABLE HANDLER heap_tableam_handler;';
const stored = 'ALTER TABLE t ADD g int GENERATED ALWAYS AS (id + 1) STORED;';
const identity = 'ALTER TABLE t ALTER id ADD GENERATED ALWAYS AS IDENTITY;';
const cast = 'CREATE CAST (c AS text) WITH INOUT AS ASSIGNMENT;';
const icu = `CREATE COLLATION c1 (PROVIDER = icu, LOCALE = 'und');`;

const aggregates = [
  one('CREATE AGGREGATE a1 (int, text) (SFUNC = f2, STYPE = int)', ['aggregate'], {
    before: `CREATE FUNCTION f2(int, int, text) RETURNS int LANGUAGE sql AS 'SELECT 1';`,
  }),
  one(
    `CREATE AGGREGATE a2 (numeric) (SFUNC = numeric_avg_accum, STYPE = internal, SSPACE = 128, FINALFUNC = numeric_avg, COMBINEFUNC = numeric_avg_combine, SERIALFUNC = numeric_avg_serialize, DESERIALFUNC = numeric_avg_deserialize, PARALLEL = SAFE, MSFUNC = numeric_avg_accum, MINVFUNC = numeric_accum_inv, MSTYPE = internal, MFINALFUNC = numeric_avg, MSSPACE = 64)`,
    ['aggregate'],
  ),
  one(
    `CREATE AGGREGATE a3 (VARIADIC "any" ORDER BY VARIADIC "any") (SFUNC = ordered_set_transition_multi, STYPE = internal, FINALFUNC = rank_final, FINALFUNC_EXTRA, HYPOTHETICAL)`,
    ['aggregate'],
  ),
  one(
    `CREATE AGGREGATE "a;4" (*) (SFUNC = int8inc, STYPE = int8, INITCOND = '0'); COMMENT ON AGGREGATE "a;4" (*) IS 'x'`,
    ['aggregate', 'comment'],
  ),
  one(`${maximum}, SORTOP = >)`, ['aggregate'], { before: m }),
  one(`${maximum}, SSPACE = 8)`, ['aggregate'], { before: m }),
  one(`${maximum}, FINALFUNC_MODIFY = READ_WRITE)`, ['aggregate'], { before: m }),
  one('CREATE OR REPLACE AGGREGATE m (int) (SFUNC = int4smaller, STYPE = int)', ['aggregate'], {
    before: `${m} CREATE VIEW av AS SELECT m(n) FROM t;`,
  }),
  one('ALTER AGGREGATE m (int) OWNER TO pg_database_owner', ['aggregate'], { before: m }),
  one('GRANT EXECUTE ON FUNCTION m (int) TO pg_read_all_data', ['grants'], { before: m }),
];

const collations = [
  one(`CREATE COLLATION c1 (PROVIDER = icu, LOCALE = 'de-DE', DETERMINISTIC = false)`, ['collation']),
  one(
    `DROP COLLATION c1; CREATE COLLATION c1 (PROVIDER = icu, LOCALE = 'und', RULES = '&a < g')`,
    ['collation'],
    {
      before: icu,
      since: 16,
    },
  ),
  one(`CREATE COLLATION c1 (PROVIDER = builtin, LOCALE = 'C.UTF-8')`, ['collation'], { since: 17 }),
  one(`CREATE COLLATION c1 (PROVIDER = libc, LC_COLLATE = 'C', LC_CTYPE = 'POSIX')`, ['collation']),
  one('ALTER TABLE ct ALTER a TYPE text COLLATE "C"; DROP COLLATION c1', ['collation', 'table'], {
    before: `${icu} CREATE TABLE ct (a text COLLATE c1);`,
  }),
  one('ALTER COLLATION c1 OWNER TO pg_database_owner', ['collation'], { before: icu }),
  one('CREATE TYPE cc AS (a text COLLATE c1); CREATE DOMAIN cd AS text COLLATE c1', ['type', 'domain'], {
    before: icu,
  }),
];

const foreign = [
  one(`CREATE FOREIGN DATA WRAPPER w2 OPTIONS (debug 'true; DROP TABLE x')`, ['foreign data wrapper']),
  one(`ALTER FOREIGN DATA WRAPPER w OPTIONS (ADD debug E'it''s \\\\')`, ['foreign data wrapper'], {
    before: wrapper,
  }),
  one(
    `CREATE EXTENSION postgres_fdw; CREATE SERVER s1 FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'h', dbname 'd')`,
    ['extension', 'foreign server'],
  ),
  one(
    `CREATE SERVER s1 TYPE 'x' VERSION '1' FOREIGN DATA WRAPPER w OPTIONS (host 'h,x=y')`,
    ['foreign server'],
    {
      before: wrapper,
    },
  ),
  one(`ALTER SERVER s1 VERSION '2' OPTIONS (SET a '3', DROP b, ADD c '4')`, ['foreign server'], {
    before: server,
  }),
  one('ALTER SERVER s1 OWNER TO pg_database_owner', ['foreign server'], { before: server }),
  one(
    'GRANT USAGE ON FOREIGN SERVER s1 TO pg_read_all_data; GRANT USAGE ON FOREIGN DATA WRAPPER w TO pg_read_all_data',
    ['grants'],
    { before: server },
  ),
  one(`COMMENT ON SERVER s1 IS 's'; COMMENT ON FOREIGN DATA WRAPPER w IS 'w'`, ['comment'], {
    before: server,
  }),
  one(`ALTER SERVER s1 OPTIONS (ADD my_password 'geheim')`, ['foreign server'], {
    before: server,
    left: ['foreign server s1'],
    leftBack: ['foreign server s1'],
  }),
  one(`CREATE USER MAPPING FOR PUBLIC SERVER s1 OPTIONS (user 'u', password 'geheim')`, ['user mapping'], {
    before: server,
    left: ['user mapping PUBLIC on server s1'],
  }),
  one(
    `CREATE FOREIGN TABLE ft (a int OPTIONS (x 'y'), b text NOT NULL) SERVER s1 OPTIONS (t 'a b', "T" '; --')`,
    ['foreign table'],
    { before: server },
  ),
  one(
    `ALTER FOREIGN TABLE ft OPTIONS (ADD t 'x'); ALTER FOREIGN TABLE ft ALTER a OPTIONS (ADD c 'd'); ALTER FOREIGN TABLE ft ADD b int`,
    ['foreign table'],
    { before: foreignTable },
  ),
  one(
    'DROP FOREIGN TABLE ft; DROP SERVER s1; DROP FOREIGN DATA WRAPPER w',
    ['foreign table', 'foreign server', 'foreign data wrapper'],
    { before: foreignTable },
  ),
];

const operators = [
  one(
    'CREATE OPERATOR @@@ (FUNCTION = int4eq, LEFTARG = int, RIGHTARG = int, COMMUTATOR = @@@, NEGATOR = !@@, RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES); CREATE OPERATOR !@@ (FUNCTION = int4ne, LEFTARG = int, RIGHTARG = int, NEGATOR = @@@)',
    ['operator'],
  ),
  one('CREATE OPERATOR !@@ (FUNCTION = int4ne, LEFTARG = int, RIGHTARG = int, NEGATOR = @@@)', ['operator'], {
    before: equal,
  }),
  one(
    'DROP OPERATOR @@@ (int, int); CREATE OPERATOR @@@ (FUNCTION = int4ne, LEFTARG = int, RIGHTARG = int)',
    ['operator'],
    { before: equal },
  ),
  one('ALTER OPERATOR @@@ (int, int) SET (RESTRICT = eqsel)', ['operator'], { before: equal }),
  one('ALTER OPERATOR @@@ (int, int) OWNER TO pg_database_owner', ['operator'], { before: equal }),
  one(`COMMENT ON OPERATOR @@@ (int, int) IS 'x'`, ['comment'], { before: equal }),
  one('CREATE OPERATOR !@ (FUNCTION = int4um, RIGHTARG = int)', ['operator']),
  one(
    'CREATE OPERATOR CLASS oc FOR TYPE int USING hash AS OPERATOR 1 =, FUNCTION 1 hashint4(int)',
    ['operator class', 'operator family'],
    {
      left: ['operator class public.oc using hash', 'operator family public.oc using hash'],
      leftBack: ['operator class public.oc using hash', 'operator family public.oc using hash'],
    },
  ),
  one('DROP CAST (c AS text); CREATE CAST (c AS text) WITH INOUT AS IMPLICIT', ['cast'], { before: cast }),
  one(`COMMENT ON CAST (c AS text) IS 'x'`, ['comment'], { before: cast }),
  one(`CREATE CAST (c AS text) WITH INOUT; COMMENT ON CAST (c AS text) IS 'x'`, ['cast', 'comment']),
];

const others = [
  one('ALTER TEXT SEARCH CONFIGURATION ts OWNER TO pg_database_owner', ['text search configuration']),
  one('CREATE TEXT SEARCH CONFIGURATION bare (PARSER = default)', ['text search configuration']),
  one('CREATE TEXT SEARCH DICTIONARY di (TEMPLATE = simple, STOPWORDS = english)', [
    'text search dictionary',
  ]),
  one('ALTER TEXT SEARCH DICTIONARY di OWNER TO pg_database_owner', ['text search dictionary'], {
    before: 'CREATE TEXT SEARCH DICTIONARY di (TEMPLATE = simple);',
  }),
  one(
    'CREATE TEXT SEARCH PARSER pr (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype)',
    ['text search parser'],
  ),
  one('CREATE TEXT SEARCH TEMPLATE te (LEXIZE = dsimple_lexize)', ['text search template']),
  one('ALTER EVENT TRIGGER ev ENABLE ALWAYS', ['event trigger'], { before: trigger }),
  one('ALTER EVENT TRIGGER ev OWNER TO drift_super', ['event trigger'], { before: trigger }),
  one('ALTER PUBLICATION pub OWNER TO drift_super', ['publication']),
  one(`ALTER PUBLICATION pub SET (publish = 'insert')`, ['publication']),
  one('ALTER PUBLICATION pub SET (publish_generated_columns = stored)', ['publication'], { since: 18 }),
  one('CREATE PUBLICATION p2 FOR TABLES IN SCHEMA public', ['publication']),
  one(
    `CREATE SUBSCRIPTION sub CONNECTION 'host=x password=geheim' PUBLICATION pub WITH (connect = false)`,
    ['subscription'],
    { left: ['subscription sub'], leftBack: ['subscription sub'] },
  ),
  one('ALTER STATISTICS st OWNER TO pg_database_owner', ['statistics']),
  one('CREATE STATISTICS s3 ON (n + 1), id FROM t', ['statistics']),
  one('ALTER POLICY po ON t USING (n > 3)', ['policy']),
  one('CREATE RULE ru AS ON INSERT TO t DO ALSO NOTIFY x', ['rule']),
  one('ALTER DOMAIN d SET DEFAULT 3', ['domain']),
  one('ALTER DOMAIN d ADD CONSTRAINT dd CHECK (VALUE < 9) NOT VALID', ['domain']),
  one('ALTER DOMAIN d DROP CONSTRAINT d_check', ['domain']),
  one('CREATE TYPE r AS RANGE (SUBTYPE = float8, SUBTYPE_DIFF = float8mi)', ['type']),
  one('CREATE TYPE r AS RANGE (SUBTYPE = text, COLLATION = "C", MULTIRANGE_TYPE_NAME = rm)', ['type']),
  one('CREATE TYPE shell', ['type'], { left: ['type public.shell'] }),
  one(`ALTER TYPE e ADD VALUE 'c' BEFORE 'b'`, ['type'], { leftBack: ['type public.e'] }),
  one(`ALTER TYPE e RENAME VALUE 'b' TO 'z'`, ['type'], {
    left: ['type public.e'],
    leftBack: ['type public.e'],
  }),
  one('ALTER TYPE c ALTER ATTRIBUTE b TYPE varchar(4)', ['type']),
  one('ALTER TABLE t ALTER id ADD GENERATED ALWAYS AS IDENTITY (START 10 INCREMENT 2)', ['table']),
  one('ALTER TABLE t ALTER id SET GENERATED BY DEFAULT SET INCREMENT 5', ['table'], { before: identity }),
  one('ALTER TABLE t ALTER id DROP IDENTITY', ['table'], { before: identity }),
  one('ALTER TABLE t ALTER g SET EXPRESSION AS (id + 2)', ['table'], {
    before: stored,
    left: ['table public.t'],
    leftBack: ['table public.t'],
    since: 17,
  }),
  one('ALTER TABLE t ALTER g DROP EXPRESSION', ['table'], { before: stored, leftBack: ['table public.t'] }),
  one('ALTER TABLE p ADD PRIMARY KEY (id, at)', ['table']),
  one(
    `CREATE TABLE p3 PARTITION OF p FOR VALUES FROM ('2026-03-01') TO ('2026-04-01') PARTITION BY LIST (id)`,
    ['table'],
  ),
  one('ALTER TABLE p1 ADD CONSTRAINT pc CHECK (id > 0)', ['table']),
  one('ALTER TABLE h INHERIT t', ['table'], { before: 'CREATE TABLE h (LIKE t INCLUDING CONSTRAINTS);' }),
  one('ALTER TABLE t ADD CONSTRAINT ni CHECK (n > 5) NO INHERIT', ['table']),
  one('ALTER TABLE t ADD CONSTRAINT ne CHECK (n > 5) NOT ENFORCED', ['table'], { since: 18 }),
  one('ALTER TABLE t ADD CONSTRAINT nd UNIQUE NULLS NOT DISTINCT (name)', ['table']),
  one('ALTER TABLE t RENAME CONSTRAINT t_n_check TO other_check', ['table']),
  one('ALTER TABLE t SET (toast.autovacuum_enabled = false)', ['table']),
  one('ALTER INDEX i SET (fillfactor = 60)', ['index']),
  one('CREATE VIEW v2 WITH (security_invoker) AS SELECT id FROM t WITH CHECK OPTION', ['view']),
  one(`COMMENT ON TYPE e IS 'x'; COMMENT ON DOMAIN d IS 'y'; COMMENT ON STATISTICS st IS 's'`, ['comment']),
  one(`COMMENT ON PUBLICATION pub IS 'z'; COMMENT ON TEXT SEARCH CONFIGURATION ts IS 't'`, ['comment']),
  one('GRANT USAGE ON TYPE e TO pg_read_all_data; REVOKE USAGE ON TYPE d FROM PUBLIC', ['grants']),
  one('GRANT USAGE ON LANGUAGE plpgsql TO pg_read_all_data', ['grants']),
  one('REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC', ['grants']),
  one('ALTER DEFAULT PRIVILEGES GRANT USAGE ON SCHEMAS TO pg_read_all_data', ['default privileges']),
  one(
    `INSERT INTO pg_seclabel VALUES ('t'::regclass, 'pg_class'::regclass, 0, 'selinux', 'x')`,
    ['security label'],
    {
      left: ['security label selinux on table public.t'],
      leftBack: ['security label selinux on table public.t'],
    },
  ),
  one('CREATE ACCESS METHOD heap2 TYPE TABLE HANDLER heap_tableam_handler', ['access method']),
  one('CREATE TABLE h2 (a int) USING heap2', ['table'], { before: heap }),
  one(`CREATE CONVERSION conv FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8`, ['conversion']),
  one('CREATE TRANSFORM FOR int LANGUAGE sql (FROM SQL WITH FUNCTION prsd_lextype(internal))', ['transform']),
  one('CREATE TRUSTED LANGUAGE pl HANDLER plpgsql_call_handler', ['language']),
  one('CREATE TABLE typed OF c', ['table'], { left: ['table public.typed'] }),
  one('ALTER SEQUENCE s SET UNLOGGED', ['sequence'], { since: 15 }),
  one('ALTER SEQUENCE s START WITH 5', ['sequence']),
];

/** What of the catalog's own list has no statement: there, and back. */
const leftOf: Readonly<Record<string, More>> = {
  [`ALTER TYPE e ADD VALUE 'c'`]: { leftBack: ['type public.e'] },
  'CREATE OPERATOR FAMILY fam USING btree': {
    left: ['operator family public.fam using btree'],
    leftBack: ['operator family public.fam using btree'],
  },
};

/** What is seen of a schema by its kinds, each as one change, as far as the tests' server knows it. */
export const singleChanges: readonly SingleChange[] = [
  ...changes.map(([sql, kinds]) => one(sql, kinds, leftOf[sql])),
  ...aggregates,
  ...collations,
  ...foreign,
  ...operators,
  ...others,
].flatMap(([change, since]) => (since <= inject('major') ? [change] : []));
