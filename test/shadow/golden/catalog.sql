-- aggregate public.agg(integer)
CREATE AGGREGATE public.agg(integer) (SFUNC = int4pl, STYPE = integer);
ALTER AGGREGATE public.agg(integer) OWNER TO postgres;

-- domain public.d
CREATE DOMAIN public.d AS integer
  CONSTRAINT d_check CHECK ((VALUE > 0));
ALTER DOMAIN public.d OWNER TO postgres;

-- function public.et()
CREATE OR REPLACE FUNCTION public.et()
 RETURNS event_trigger
 LANGUAGE plpgsql
AS $function$ BEGIN END $function$;
ALTER FUNCTION public.et() OWNER TO postgres;

-- function public.f(integer)
CREATE OR REPLACE FUNCTION public.f(integer)
 RETURNS integer
 LANGUAGE sql
AS $function$SELECT 1$function$;
ALTER FUNCTION public.f(integer) OWNER TO postgres;

-- function public.tf()
CREATE OR REPLACE FUNCTION public.tf()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$ BEGIN RETURN NEW; END $function$;
ALTER FUNCTION public.tf() OWNER TO postgres;

-- grants schema public
GRANT USAGE ON SCHEMA public TO PUBLIC;

-- index public.i
CREATE INDEX i ON public.t USING btree (name);

-- materialized view public.mv
CREATE MATERIALIZED VIEW public.mv AS
 SELECT id
   FROM public.t;
ALTER MATERIALIZED VIEW public.mv OWNER TO postgres;

-- policy po on public.t
CREATE POLICY po ON public.t FOR ALL TO PUBLIC USING (true);

-- publication pub
CREATE PUBLICATION pub /* insert t, update t, delete t, truncate t, via root f */
  TABLE public.t;
ALTER PUBLICATION pub OWNER TO postgres;

-- schema public
CREATE SCHEMA public;
ALTER SCHEMA public OWNER TO pg_database_owner;

-- sequence public.s
CREATE SEQUENCE public.s AS bigint START WITH 1 INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 CACHE 1;
ALTER SEQUENCE public.s OWNER TO postgres;

-- statistics public.st
CREATE STATISTICS public.st ON id, n FROM public.t;
ALTER STATISTICS public.st OWNER TO postgres;

-- table public.p
CREATE TABLE public.p (
  id integer,
  at date
) PARTITION BY RANGE (at);
ALTER TABLE public.p OWNER TO postgres;

-- table public.p1
CREATE TABLE public.p1 (
  id integer,
  at date
) PARTITION OF public.p FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
ALTER TABLE public.p1 OWNER TO postgres;

-- table public.t
CREATE TABLE public.t (
  id integer NOT NULL,
  name text DEFAULT 'x'::text,
  n integer,
  other integer,
  CONSTRAINT t_pkey PRIMARY KEY (id),
  CONSTRAINT t_n_check CHECK ((n > 0))
);
ALTER TABLE public.t OWNER TO postgres;

-- text search configuration public.ts
CREATE TEXT SEARCH CONFIGURATION public.ts (PARSER = "default");
  token 1 with simple
  token 2 with simple
  token 3 with simple
  token 4 with simple
  token 5 with simple
  token 6 with simple
  token 7 with simple
  token 8 with simple
  token 9 with simple
  token 10 with simple
  token 11 with simple
  token 15 with simple
  token 16 with simple
  token 17 with simple
  token 18 with simple
  token 19 with simple
  token 20 with simple
  token 21 with simple
  token 22 with simple;
ALTER TEXT SEARCH CONFIGURATION public.ts OWNER TO postgres;

-- trigger tr on public.t
CREATE TRIGGER tr BEFORE INSERT ON public.t FOR EACH ROW EXECUTE FUNCTION public.tf();

-- type public.c
CREATE TYPE public.c AS (
  a integer,
  b text
);
ALTER TYPE public.c OWNER TO postgres;

-- type public.e
CREATE TYPE public.e AS ENUM (
  'a',
  'b'
);
ALTER TYPE public.e OWNER TO postgres;

-- view public.v
CREATE VIEW public.v AS
 SELECT id
   FROM public.t;
ALTER VIEW public.v OWNER TO postgres;
