import type { FuncCall, Node } from 'libpg-query';
import { code, type HazardRule } from '../rule.ts';
import { nodesOf } from '../tree.ts';

/** Functions of PostgreSQL that change nothing but sequences and settings; any other may run anything. */
const known = new Set(
  (
    'setval nextval currval lastval set_config current_setting count sum min max avg coalesce now clock_timestamp ' +
    'statement_timestamp transaction_timestamp current_database current_schema version length lower upper trim btrim ' +
    'concat format quote_ident quote_literal to_char to_date to_timestamp date_trunc greatest least round abs array_agg ' +
    'string_agg jsonb_agg json_agg jsonb_build_object json_build_object row_number generate_series unnest ' +
    'gen_random_uuid random md5 pg_get_serial_sequence to_regclass pg_notify pg_advisory_xact_lock pg_sleep'
  ).split(' '),
);

export const dynamicSql: HazardRule = {
  id: 'dynamic-sql',
  severity: 'high',
  sentence:
    'What a DO block, a procedure or a function does can depend on the data, so that the target may see other statements than the shadow did.',
  advice: 'Write the statements themselves, one by one, so that what was tried and approved is what runs.',
  equivalents: {
    atlas: ['SA101'],
    strong_migrations: ['execute'],
    'pg-schema-diff': ['IS_USER_GENERATED', 'HAS_UNTRACKABLE_DEPENDENCIES'],
  },
  bad: `DO $$ BEGIN
  IF EXISTS (SELECT FROM orders) THEN EXECUTE 'DROP TABLE events CASCADE'; END IF;
END $$;`,
  good: 'ALTER TABLE orders ADD COLUMN state text;',
  find: ({ node }) => {
    if (node === null) {
      return [
        "PostgreSQL's parser does not read this statement, so that nobody can tell beforehand what it does.",
      ];
    }
    if ('DoStmt' in node)
      return ['What this DO block does on the target can differ from what was seen on the shadow.'];
    if ('CallStmt' in node) return [calls('procedure', node.CallStmt.funccall)];
    if (!('SelectStmt' in node)) return [];
    const unknown = nodesOf(node, 'FuncCall').filter((call) => !known.has(nameOf(call)));
    return [...new Set(unknown.map((call) => calls('function', call)))];
  },
};

function calls(kind: string, call: FuncCall | undefined): string {
  return `What the ${kind} ${code(call === undefined ? '?' : nameOf(call))} does on the target can differ from what was seen on the shadow.`;
}

/** The function's name; a schema other than PostgreSQL's own stays in front. */
function nameOf({ funcname = [] }: FuncCall): string {
  const parts = funcname.map((part: Node) => ('String' in part ? (part.String.sval ?? '') : ''));
  return (parts[0] === 'pg_catalog' ? parts.slice(1) : parts).join('.');
}
