import { inject } from 'vitest';

/** A database with an object of every kind. */
export const start = `
CREATE TABLE t (id int PRIMARY KEY, name text DEFAULT 'x', n int CHECK (n > 0), other int);
CREATE TABLE p (id int, at date) PARTITION BY RANGE (at);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
CREATE INDEX i ON t (name);
CREATE VIEW v AS SELECT id FROM t;
CREATE MATERIALIZED VIEW mv AS SELECT id FROM t;
CREATE SEQUENCE s;
CREATE TYPE e AS ENUM ('a', 'b');
CREATE TYPE c AS (a int, b text);
CREATE DOMAIN d AS int CHECK (VALUE > 0);
CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION tf();
CREATE POLICY po ON t USING (true);
CREATE PUBLICATION pub FOR TABLE t;
CREATE STATISTICS st ON id, n FROM t;
CREATE TEXT SEARCH CONFIGURATION ts (COPY = simple);
CREATE AGGREGATE agg (int) (SFUNC = int4pl, STYPE = int);
CREATE FUNCTION et() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN END $$;
`;

/** One change of each kind, the kinds of object in which it is to be seen, and the version that brought it. */
const all: readonly (readonly [string, readonly string[], number?])[] = [
  ['CREATE SCHEMA app', ['schema']],
  ['ALTER TABLE t ADD a int', ['table']],
  ['ALTER TABLE t DROP other', ['table']],
  ['ALTER TABLE t ALTER n TYPE bigint', ['table']],
  ['ALTER TABLE t ALTER n SET NOT NULL', ['table']],
  [`ALTER TABLE t ALTER name SET DEFAULT 'y'`, ['table']],
  ['ALTER TABLE t ALTER name SET STORAGE EXTERNAL', ['table']],
  ['ALTER TABLE t ALTER name SET COMPRESSION pglz', ['table']],
  ['ALTER TABLE t ALTER n SET STATISTICS 500', ['table']],
  ['ALTER TABLE t ALTER id ADD GENERATED ALWAYS AS IDENTITY', ['table']],
  ['ALTER TABLE t ADD g int GENERATED ALWAYS AS (id + 1) STORED', ['table']],
  ['ALTER TABLE t ADD g int GENERATED ALWAYS AS (id + 1) VIRTUAL', ['table'], 18],
  ['ALTER TABLE t ADD o text COLLATE "C"', ['table']],
  ['ALTER TABLE t ADD UNIQUE (n)', ['table']],
  ['ALTER TABLE t DROP CONSTRAINT t_n_check', ['table']],
  ['ALTER TABLE t ADD FOREIGN KEY (n) REFERENCES t NOT VALID', ['table']],
  ['ALTER TABLE t ADD CONSTRAINT x EXCLUDE (n WITH =)', ['table']],
  ['ALTER TABLE t ADD CONSTRAINT nn NOT NULL other NOT VALID', ['table'], 18],
  ['ALTER TABLE t SET (fillfactor = 70)', ['table']],
  ['DROP PUBLICATION pub; ALTER TABLE t SET UNLOGGED', ['table', 'publication']],
  ['ALTER TABLE t ENABLE ROW LEVEL SECURITY', ['table']],
  ['ALTER TABLE t REPLICA IDENTITY FULL', ['table']],
  ['ALTER TABLE t CLUSTER ON i', ['table']],
  ['ALTER TABLE p DETACH PARTITION p1', ['table']],
  [`CREATE TABLE p2 PARTITION OF p FOR VALUES FROM ('2026-02-01') TO ('2026-03-01')`, ['table']],
  ['CREATE TABLE child () INHERITS (t)', ['table']],
  ['ALTER TABLE t OWNER TO pg_database_owner', ['table']],
  ['DROP TABLE p', ['table']],
  ['CREATE UNIQUE INDEX u ON t (lower(name)) WHERE n > 1', ['index']],
  ['ALTER INDEX i RENAME TO j', ['index']],
  ['CREATE OR REPLACE VIEW v AS SELECT id FROM t WHERE id > 1', ['view']],
  ['ALTER VIEW v SET (security_barrier = true)', ['view']],
  ['ALTER VIEW v ALTER id SET DEFAULT 1', ['view']],
  ['DROP MATERIALIZED VIEW mv', ['materialized view']],
  ['REFRESH MATERIALIZED VIEW mv WITH NO DATA', ['materialized view']],
  ['ALTER SEQUENCE s INCREMENT 5', ['sequence']],
  ['ALTER SEQUENCE s OWNED BY t.id', ['sequence']],
  [`ALTER TYPE e ADD VALUE 'c'`, ['type']],
  ['ALTER TYPE c ADD ATTRIBUTE z int', ['type']],
  ['CREATE TYPE r AS RANGE (SUBTYPE = int)', ['type']],
  ['ALTER DOMAIN d SET NOT NULL', ['domain']],
  ['ALTER DOMAIN d ADD CONSTRAINT less CHECK (VALUE < 9)', ['domain']],
  [`CREATE OR REPLACE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 2'`, ['function']],
  ['ALTER FUNCTION f(int) IMMUTABLE', ['function']],
  [`CREATE PROCEDURE pr() LANGUAGE sql AS 'SELECT 1'`, ['procedure']],
  ['DROP AGGREGATE agg(int)', ['aggregate']],
  ['ALTER TABLE t DISABLE TRIGGER tr', ['trigger']],
  ['DROP TRIGGER tr ON t', ['trigger']],
  ['CREATE RULE ru AS ON DELETE TO t DO INSTEAD NOTHING', ['rule']],
  ['ALTER POLICY po ON t USING (id > 1)', ['policy']],
  ['ALTER PUBLICATION pub SET TABLE t (id)', ['publication']],
  ['DROP STATISTICS st', ['statistics']],
  ['ALTER STATISTICS st SET STATISTICS 50', ['statistics']],
  ['ALTER TEXT SEARCH CONFIGURATION ts DROP MAPPING FOR word', ['text search configuration']],
  ['CREATE TEXT SEARCH DICTIONARY di (TEMPLATE = simple)', ['text search dictionary']],
  ['CREATE EXTENSION citext', ['extension']],
  [`CREATE COLLATION co (PROVIDER = builtin, LOCALE = 'C.UTF-8')`, ['collation'], 17],
  ['CREATE OPERATOR === (FUNCTION = int4eq, LEFTARG = int, RIGHTARG = int)', ['operator']],
  ['CREATE OPERATOR FAMILY fam USING btree', ['operator family']],
  ['CREATE CAST (c AS text) WITH INOUT', ['cast']],
  ['CREATE EVENT TRIGGER ev ON ddl_command_end EXECUTE FUNCTION et()', ['event trigger']],
  ['CREATE FOREIGN DATA WRAPPER w', ['foreign data wrapper']],
  [`COMMENT ON TABLE t IS 'about t'`, ['comment']],
  [`COMMENT ON COLUMN t.id IS 'about id'`, ['comment']],
  ['GRANT SELECT ON t TO PUBLIC', ['grants']],
  ['GRANT SELECT (id) ON t TO PUBLIC', ['grants']],
  ['REVOKE EXECUTE ON FUNCTION f(int) FROM PUBLIC', ['grants']],
  ['GRANT CREATE ON SCHEMA public TO PUBLIC', ['grants']],
  ['ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC', ['default privileges']],
];

/** Those that the tests' server knows. */
export const changes = all.flatMap(([sql, kinds, since = 0]) =>
  since <= inject('major') ? [[sql, kinds] as const] : [],
);
