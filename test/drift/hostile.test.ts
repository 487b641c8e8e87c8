import { describe, expect, it } from 'vitest';
import type { SchemaChange } from '../../src/domain/schema-diff.ts';
import { statementsBetween } from '../../src/drift/statements-between.ts';

function added(kind: string, name: string, definition: string): SchemaChange {
  return { kind, name, change: 'added', before: null, after: definition };
}

/** Definitions that are not as the catalog writes them, or hold words that imitate it. */
const strange: readonly SchemaChange[] = [
  added('table', 'public.t', 'CREATE TABLE public.t (\n  a integer\n); DROP TABLE public.u;'),
  added('table', 'public.t', 'CREATE TABLE public.t (\n  a integer\n);\nALTER TABLE public.u OWNER TO x;'),
  added('table', 'public.t', "CREATE TABLE public.t (\n  a integer DEFAULT 'x\n);"),
  added(
    'table',
    'public.t',
    'CREATE TABLE public.t (\n  a integer\n) WITH (fillfactor=70); DROP TABLE u; --);',
  ),
  added('table', 'public.t', 'CREATE TABLE public.t (\n  a integer BY SURPRISE WITH 1\n);'),
  added('view', 'public.v', 'CREATE VIEW public.v AS\n SELECT 1;\nDROP TABLE public.u;'),
  added('index', 'public.i', 'CREATE INDEX i ON public.t USING btree (a); /* invalid */'),
  added('index', 'public.i', 'CREATE INDEX i ON public.t USING btree (a);\nDROP TABLE public.t;'),
  added(
    'trigger',
    'a on public.t',
    'CREATE TRIGGER a BEFORE INSERT ON public.t EXECUTE FUNCTION public.f(); DROP TABLE t;',
  ),
  added('policy', 'a on public.t', 'DROP TABLE public.t;'),
  added(
    'function',
    'public.f()',
    'CREATE OR REPLACE FUNCTION public.f()\n RETURNS integer\n LANGUAGE sql\nAS $$SELECT 1$$; DROP TABLE public.t;',
  ),
  added(
    'function',
    'public.f()',
    'CREATE OR REPLACE FUNCTION public.g()\n RETURNS integer\n LANGUAGE sql\nAS $$SELECT 1$$;',
  ),
  added('sequence', 'public.s', 'CREATE SEQUENCE public.s AS bigint; DROP TABLE public.t;'),
  added('grants', 'table public.t', 'GRANT SELECT ON public.t TO x; DROP TABLE public.t;'),
  added('comment', 'table public.t', "COMMENT ON TABLE public.t IS 'x'; DROP TABLE public.t; --';"),
  added('comment', 'table public.t', 'COMMENT ON TABLE public.t IS x;'),
  added('extension', 'e', "CREATE EXTENSION e SCHEMA public VERSION '1' CASCADE;"),
  added(
    'event trigger',
    'e',
    "CREATE EVENT TRIGGER e ON ddl_command_end WHEN TAG IN ('x') EXECUTE FUNCTION public.f();",
  ),
  added('type', 'public.e', "CREATE TYPE public.e AS ENUM (\n  'a'\n); DROP TABLE public.t;"),
  added('domain', 'public.d', 'CREATE DOMAIN public.d AS integer\n  CONSTRAINT c NONSENSE;'),
  added('default privileges', 'for role x on tables', 'SELECT'),
  added('something new', 'x', 'CREATE SOMETHING NEW x;'),
];

describe('the statements between two schemas', () => {
  it.each(strange.map((change) => [change.after, change] as const))(
    'leave what is not understood: %j',
    (_, change) => {
      expect(statementsBetween([change], [])).toEqual({ statements: [], left: [change] });
    },
  );

  it('leave what needs something that is left', () => {
    const table = added('table', 'public.t', 'CREATE TABLE public.t (\n  a integer\n) OF public.c;');
    const view = added('view', 'public.v', 'CREATE VIEW public.v AS\n SELECT a\n   FROM public.t;');
    const comment = added('comment', 'view column public.v.a', "COMMENT ON VIEW COLUMN public.v.a IS 'a';");
    expect(statementsBetween([comment, table, view], []).left).toEqual([comment, table, view]);
  });

  it('take a text for what it is, whatever is in it', () => {
    const text = "'x;\n  b integer,\n);\nALTER TABLE public.t OWNER TO y;'::text";
    const definition = `CREATE TABLE public.t (\n  a text DEFAULT ${text}\n);`;
    const { statements, left } = statementsBetween([added('table', 'public.t', definition)], []);
    expect([statements, left]).toEqual([[`CREATE TABLE public.t (\n  a text DEFAULT ${text}\n)`], []]);
  });
});
