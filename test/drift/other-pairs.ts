import { pair, t, type Pair } from './pair.ts';

export const otherPairs: readonly Pair[] = [
  pair(
    'indexes',
    `${t} CREATE INDEX i ON t (n); CREATE INDEX j ON t (name);`,
    `${t} CREATE UNIQUE INDEX i ON t (n DESC, lower(name)) INCLUDE (id) WHERE n > 1; CREATE INDEX k ON t USING hash (name); ALTER INDEX i ALTER COLUMN 2 SET STATISTICS 9;`,
  ),
  pair(
    'an index with a comment',
    `${t} CREATE INDEX i ON t (n); COMMENT ON INDEX i IS 'x';`,
    `${t} CREATE INDEX i ON t (name); COMMENT ON INDEX i IS 'x';`,
  ),
  pair(
    'a view that grows',
    `${t} CREATE VIEW v AS SELECT id FROM t; GRANT SELECT ON v TO PUBLIC;`,
    `${t} CREATE VIEW v WITH (security_barrier) AS SELECT id, name FROM t WHERE n > 1; GRANT SELECT ON v TO PUBLIC;`,
  ),
  pair(
    'a view with views on it',
    `${t} CREATE VIEW v AS SELECT id, name FROM t; CREATE VIEW w AS SELECT id FROM v; COMMENT ON VIEW w IS 'w'; COMMENT ON COLUMN v.id IS 'id'; GRANT SELECT (id) ON v TO PUBLIC;`,
    `${t} CREATE VIEW v AS SELECT id::bigint AS id, n FROM t; CREATE VIEW w AS SELECT id FROM v; COMMENT ON VIEW w IS 'w'; COMMENT ON COLUMN v.id IS 'id'; GRANT SELECT (id) ON v TO PUBLIC;`,
  ),
  pair(
    'a column under views',
    `${t} CREATE VIEW v AS SELECT id, n FROM t; CREATE MATERIALIZED VIEW m AS SELECT n FROM v; CREATE INDEX i ON m (n); CREATE RULE r AS ON INSERT TO v DO INSTEAD NOTHING; CREATE POLICY po ON t USING (n > 1);`,
    `${t.replace('n int', 'n bigint')} CREATE VIEW v AS SELECT id, n FROM t; CREATE MATERIALIZED VIEW m AS SELECT n FROM v; CREATE INDEX i ON m (n); CREATE RULE r AS ON INSERT TO v DO INSTEAD NOTHING; CREATE POLICY po ON t USING (n > 1);`,
  ),
  pair(
    'views of columns that come and go',
    `${t} ALTER TABLE t ADD a int; CREATE VIEW v AS SELECT id, a FROM t;`,
    `${t} ALTER TABLE t ADD b int; CREATE VIEW v AS SELECT id, b FROM t;`,
  ),
  pair(
    'a default of a view',
    `${t} CREATE VIEW v AS SELECT id, n FROM t; ALTER VIEW v ALTER n SET DEFAULT 3;`,
    `${t} CREATE VIEW v AS SELECT id, n FROM t; ALTER VIEW v ALTER id SET DEFAULT 4;`,
  ),
  pair(
    'views in a chain',
    '',
    'CREATE TABLE z (id int PRIMARY KEY, n int); CREATE VIEW y AS SELECT id, count(*) AS c, z.n FROM z GROUP BY id; CREATE VIEW x AS SELECT * FROM y; CREATE VIEW a AS SELECT * FROM x;',
  ),
  pair(
    'a materialized view',
    `${t} CREATE MATERIALIZED VIEW m AS SELECT id FROM t; CREATE UNIQUE INDEX i ON m (id); COMMENT ON MATERIALIZED VIEW m IS 'm'; GRANT SELECT ON m TO PUBLIC;`,
    `${t} CREATE MATERIALIZED VIEW m AS SELECT id, n FROM t; CREATE UNIQUE INDEX i ON m (id); COMMENT ON MATERIALIZED VIEW m IS 'm'; GRANT SELECT ON m TO PUBLIC;`,
  ),
  pair(
    'a materialized view without rows',
    `${t} CREATE MATERIALIZED VIEW m AS SELECT id FROM t;`,
    `${t} CREATE MATERIALIZED VIEW m AS SELECT id FROM t WITH NO DATA; CREATE MATERIALIZED VIEW o AS SELECT n FROM t WITH NO DATA;`,
  ),
  pair(
    'a function',
    `CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT 1';`,
    `CREATE FUNCTION f(a int) RETURNS int LANGUAGE plpgsql IMMUTABLE SECURITY DEFINER SET search_path TO 'public' AS $$ BEGIN RETURN 2; END; /*;
ALTER FUNCTION public.f(integer) OWNER TO nobody; */ $$;`,
  ),
  pair(
    'what a function returns',
    `CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT 1'; COMMENT ON FUNCTION f IS 'f'; REVOKE EXECUTE ON FUNCTION f FROM PUBLIC;`,
    `CREATE FUNCTION f(b int) RETURNS text LANGUAGE sql AS $$SELECT 'x'$$; COMMENT ON FUNCTION f IS 'f'; REVOKE EXECUTE ON FUNCTION f FROM PUBLIC;`,
  ),
  pair(
    'defaults of a function',
    `CREATE FUNCTION f(a int, b int DEFAULT 1) RETURNS int LANGUAGE sql AS 'SELECT 1';`,
    `CREATE FUNCTION f(a int DEFAULT 2, b int DEFAULT 3) RETURNS int LANGUAGE sql AS 'SELECT 1';`,
  ),
  pair(
    'a function that a column calls',
    `CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE TABLE t (a int DEFAULT f());`,
    `CREATE FUNCTION f() RETURNS bigint LANGUAGE sql AS 'SELECT 1'; CREATE TABLE t (a int DEFAULT f());`,
    ['function public.f()'],
    ['function public.f()'],
  ),
  pair(
    'functions of tables',
    '',
    `CREATE TABLE t (a int); CREATE FUNCTION f() RETURNS SETOF t LANGUAGE sql AS 'SELECT * FROM t'; CREATE FUNCTION g() RETURNS bigint LANGUAGE sql BEGIN ATOMIC; SELECT count(*) FROM f(); SELECT count(*) FROM t; END; CREATE PROCEDURE p(a int) LANGUAGE sql AS 'DELETE FROM t';`,
  ),
  pair(
    'a function under a check and an index',
    '',
    `CREATE FUNCTION f(int) RETURNS boolean IMMUTABLE LANGUAGE sql AS 'SELECT true'; CREATE TABLE t (a int CHECK (f(a))); CREATE INDEX i ON t (f(a));`,
  ),
  pair('an aggregate', '', 'CREATE AGGREGATE agg (int) (SFUNC = int4pl, STYPE = int);'),
  pair(
    'triggers',
    `${t} CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$; CREATE TRIGGER a BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION tf(); CREATE TRIGGER b AFTER UPDATE ON t EXECUTE FUNCTION tf();`,
    `${t} CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$; CREATE TRIGGER a BEFORE INSERT OR UPDATE OF n ON t FOR EACH ROW WHEN (NEW.n > 1) EXECUTE FUNCTION tf('x;'); CREATE TRIGGER b AFTER UPDATE ON t EXECUTE FUNCTION tf(); ALTER TABLE t DISABLE TRIGGER b; CREATE CONSTRAINT TRIGGER c AFTER INSERT ON t DEFERRABLE FOR EACH ROW EXECUTE FUNCTION tf();`,
  ),
  pair(
    'a trigger function with its triggers',
    t,
    `${t} CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$; CREATE TRIGGER a BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION tf(); COMMENT ON TRIGGER a ON t IS 'a';`,
  ),
  pair(
    'rules',
    t,
    `${t} CREATE RULE r AS ON DELETE TO t WHERE OLD.n = 1 DO INSTEAD NOTHING; ALTER TABLE t DISABLE RULE r;`,
  ),
  pair(
    'policies',
    `${t} CREATE POLICY a ON t USING (n > 1);`,
    `${t} CREATE POLICY a ON t AS RESTRICTIVE FOR UPDATE TO drift_reader, "drift ""writer;" USING (n > 2) WITH CHECK (name = ';'); COMMENT ON POLICY a ON t IS 'p';`,
  ),
  pair(
    'sequences',
    'CREATE SEQUENCE s START 8; CREATE SEQUENCE u;',
    'CREATE SEQUENCE s AS int INCREMENT 5 MINVALUE 2 START 7 CACHE 3 CYCLE; CREATE SEQUENCE u; CREATE TABLE t (a int); ALTER SEQUENCE u OWNED BY t.a;',
  ),
  pair('a sequence that could not stay where it is', 'CREATE SEQUENCE s;', 'CREATE SEQUENCE s MINVALUE 5;', [
    'sequence public.s',
  ]),
  pair(
    'serial',
    'CREATE TABLE t (id int NOT NULL);',
    'CREATE TABLE t (id serial); CREATE TABLE u (id bigserial PRIMARY KEY);',
  ),
  pair(
    'enums',
    `CREATE TYPE e AS ENUM ('b', 'd');`,
    `CREATE TYPE e AS ENUM ('a', 'b', 'c', 'c''2', 'd', 'e'); CREATE TYPE f AS ENUM (); `,
    [],
    ['type public.e'],
  ),
  pair(
    'a type of columns',
    '',
    `CREATE TYPE e AS ENUM ('a;', E'\\n);'); CREATE TYPE c AS (a e, b numeric(5,2)); CREATE DOMAIN d AS text CHECK (VALUE <> ''); CREATE TYPE r AS RANGE (SUBTYPE = int); CREATE TABLE t (e e DEFAULT 'a;', c c, d d[], r r); CREATE TYPE k AS (t t);`,
  ),
  pair('attributes', 'CREATE TYPE c AS (a int, b text);', 'CREATE TYPE c AS (a bigint, z date);'),
  pair(
    'attributes of columns',
    'CREATE TYPE c AS (a int); CREATE TABLE t (c c);',
    'CREATE TYPE c AS (a int, b text); CREATE TABLE t (c c);',
    [],
    ['type public.c'],
  ),
  pair(
    'a domain',
    `CREATE DOMAIN d AS int DEFAULT 1 NOT NULL CONSTRAINT a CHECK (VALUE > 0) CONSTRAINT b CHECK (VALUE < 9);`,
    `CREATE DOMAIN d AS int DEFAULT 2 CONSTRAINT a CHECK (VALUE > 1); ALTER DOMAIN d ADD CONSTRAINT b CHECK (VALUE < 9) NOT VALID; COMMENT ON CONSTRAINT a ON DOMAIN d IS 'a';`,
  ),
  pair(
    'comments',
    `${t} COMMENT ON TABLE t IS 'a'; COMMENT ON COLUMN t.n IS 'b';`,
    `${t} COMMENT ON TABLE t IS E'it''s \\\\ ; /* '; COMMENT ON CONSTRAINT t_pkey ON t IS 'k'; COMMENT ON SCHEMA public IS 'p';`,
  ),
  pair(
    'grants',
    `${t} GRANT SELECT, INSERT ON t TO drift_reader; GRANT UPDATE ON t TO "drift ""writer;" WITH GRANT OPTION; CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';`,
    `${t} GRANT SELECT ON t TO drift_reader WITH GRANT OPTION; GRANT UPDATE ON t TO "drift ""writer;"; GRANT SELECT (id, n), UPDATE (n) ON t TO PUBLIC; CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'; REVOKE EXECUTE ON FUNCTION f() FROM PUBLIC; GRANT CREATE ON SCHEMA public TO drift_reader; CREATE SEQUENCE s; GRANT USAGE ON SEQUENCE s TO drift_reader; REVOKE DELETE ON t FROM CURRENT_USER;`,
  ),
  pair(
    'default privileges',
    `ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT ON TABLES TO drift_reader;`,
    `ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO "drift ""writer;" WITH GRANT OPTION; ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC; ALTER DEFAULT PRIVILEGES GRANT USAGE ON TYPES TO drift_reader;`,
  ),
  pair(
    'objects made under default privileges',
    `ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO drift_reader; ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;`,
    `${t} CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'; GRANT INSERT ON t TO drift_reader; ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO drift_reader; ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;`,
  ),
  pair(
    'extended statistics',
    `${t} CREATE STATISTICS s ON id, n FROM t;`,
    `${t} CREATE STATISTICS s (ndistinct) ON id, name FROM t; ALTER STATISTICS s SET STATISTICS 5; COMMENT ON STATISTICS s IS 's';`,
  ),
  pair(
    'schemas',
    '',
    'CREATE SCHEMA app; CREATE TABLE app.t (id int); CREATE SCHEMA "Other"; CREATE VIEW "Other".v AS SELECT id FROM app.t;',
  ),
  pair('an extension', '', 'CREATE EXTENSION citext; CREATE TABLE t (a citext);'),
  pair(
    'a publication',
    `${t} CREATE PUBLICATION p FOR TABLE t;`,
    `${t} CREATE TABLE u (a int PRIMARY KEY, b int); CREATE PUBLICATION p FOR TABLE t (id, n) WHERE (id > 1), TABLE u WITH (publish = 'insert', publish_via_partition_root); CREATE PUBLICATION q FOR ALL TABLES;`,
  ),
  pair(
    'an event trigger',
    `CREATE FUNCTION et() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN END $$;`,
    `CREATE FUNCTION et() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN END $$; CREATE EVENT TRIGGER ev ON ddl_command_end WHEN TAG IN ('CREATE TABLE', 'DROP TABLE') EXECUTE FUNCTION et(); ALTER EVENT TRIGGER ev DISABLE;`,
  ),
  pair(
    'full text search',
    'CREATE TEXT SEARCH CONFIGURATION ts (COPY = simple);',
    `CREATE TEXT SEARCH DICTIONARY di (TEMPLATE = snowball, LANGUAGE = english); CREATE TEXT SEARCH CONFIGURATION ts (COPY = simple); ALTER TEXT SEARCH CONFIGURATION ts DROP MAPPING FOR word; ALTER TEXT SEARCH CONFIGURATION ts ALTER MAPPING FOR asciiword WITH di, simple;`,
  ),
  pair(
    'an operator and a cast',
    'CREATE TYPE c AS (a int);',
    'CREATE TYPE c AS (a int); CREATE OPERATOR === (FUNCTION = int4eq, LEFTARG = int, RIGHTARG = int, HASHES); CREATE CAST (c AS text) WITH INOUT; CREATE VIEW v AS SELECT 1 OPERATOR(public.===) 2 AS x;',
  ),
  pair(
    'an operator class',
    '',
    'CREATE OPERATOR FAMILY fam USING btree;',
    ['operator family public.fam using btree'],
    ['operator family public.fam using btree'],
  ),
  pair(
    'a collation of its own',
    '',
    `CREATE COLLATION co (PROVIDER = libc, LOCALE = 'C'); CREATE TABLE t (a text COLLATE co);`,
  ),
  pair(
    'a foreign table',
    'CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w;',
    `CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w; CREATE FOREIGN TABLE ft (a int OPTIONS (column_name 'b'), c text NOT NULL) SERVER s OPTIONS (table_name 'x');`,
  ),
  pair(
    'options that imitate SQL',
    'CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w;',
    `CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w; CREATE FOREIGN TABLE ft (a int) SERVER s OPTIONS (table_name 'x); DROP TABLE y; --'); COMMENT ON FOREIGN TABLE ft IS 'x';`,
  ),
  pair(
    'a typed table',
    'CREATE TYPE c AS (a int);',
    'CREATE TYPE c AS (a int); CREATE TABLE t OF c; CREATE INDEX i ON t (a);',
    ['index public.i', 'table public.t'],
  ),
  pair(
    'a table in place of a view',
    `${t} CREATE VIEW x AS SELECT id FROM t;`,
    `${t} CREATE TABLE x (id int);`,
  ),
  pair(
    'a trigger and a rule of a view that shrinks',
    `${t} CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$; CREATE VIEW v AS SELECT id, n FROM t; CREATE TRIGGER tr INSTEAD OF UPDATE ON v FOR EACH ROW EXECUTE FUNCTION tf(); COMMENT ON TRIGGER tr ON v IS 'x'; CREATE FUNCTION g(v) RETURNS int LANGUAGE sql AS 'SELECT 1';`,
    `${t} CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$; CREATE VIEW v AS SELECT id FROM t; CREATE TRIGGER tr INSTEAD OF UPDATE ON v FOR EACH ROW EXECUTE FUNCTION tf(); COMMENT ON TRIGGER tr ON v IS 'x'; CREATE FUNCTION g(v) RETURNS int LANGUAGE sql AS 'SELECT 1';`,
  ),
  pair(
    'a view that a column holds',
    `${t} CREATE VIEW v AS SELECT id, n FROM t; CREATE TABLE u (v v);`,
    `${t} CREATE VIEW v AS SELECT id FROM t; CREATE TABLE u (v v);`,
    ['view public.v'],
  ),
  pair(
    'a comment on a key that changes',
    `CREATE TABLE t (a int, b int, CONSTRAINT k UNIQUE (a)); COMMENT ON CONSTRAINT k ON t IS 'k'; COMMENT ON INDEX k IS 'i';`,
    `CREATE TABLE t (a int, b int, CONSTRAINT k UNIQUE (a, b)); COMMENT ON CONSTRAINT k ON t IS 'k'; COMMENT ON INDEX k IS 'i';`,
  ),
];
