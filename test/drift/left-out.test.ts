import { describe, expect, it } from 'vitest';
import type { SchemaChange } from '../../src/domain/schema-diff.ts';
import { triedByNobody } from '../../src/jobs/drift/left-out.ts';

function ledgerOf(...sql: readonly string[]): Parameters<typeof triedByNobody>[1] {
  const statements = sql.map((one) => ({ sql: one, line: null }));
  return { ledger: [{ up: { statements, transaction: true } }] };
}

async function isLeftOut(kind: string, name: string, ...sql: readonly string[]): Promise<boolean> {
  const change: SchemaChange = { kind, name, change: 'added', before: null, after: 'x' };
  return (await triedByNobody([change], ledgerOf(...sql))).length === 0;
}

const watch = 'CREATE EVENT TRIGGER watch ON ddl_command_end EXECUTE FUNCTION public.note()';
const crypto = 'CREATE EXTENSION IF NOT EXISTS "uuid-ossp" WITH SCHEMA public';

describe('objects that no shadow could make', () => {
  it.each([
    ['event trigger', 'watch', watch],
    ['extension', '"uuid-ossp"', crypto],
    ['extension', 'postgis', 'CREATE EXTENSION PostGIS'],
    ['publication', 'changes', 'CREATE PUBLICATION changes FOR ALL TABLES'],
    ['publication', 'later', 'ALTER PUBLICATION changes RENAME TO later'],
    ['foreign data wrapper', 'files', 'CREATE FOREIGN DATA WRAPPER files'],
    ['foreign server', 'other', 'CREATE SERVER other FOREIGN DATA WRAPPER files'],
    ['comment', 'server other', 'CREATE SERVER other FOREIGN DATA WRAPPER files'],
    ['grants', 'foreign-data wrapper "F"', 'CREATE FOREIGN DATA WRAPPER "F"'],
    ['grants', 'language plpgsql', 'REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC'],
    ['comment', 'extension citext', `COMMENT ON EXTENSION citext IS 'x'`],
    ['subscription', 'here', `CREATE SUBSCRIPTION here CONNECTION '' PUBLICATION p`],
    ['user mapping', 'PUBLIC on server other', 'CREATE USER MAPPING FOR PUBLIC SERVER other'],
    ['user mapping', `"O''n" on server other`, `CREATE USER MAPPING FOR "O''n" SERVER other`],
    ['user mapping', 'base_owner on server other', 'CREATE USER MAPPING FOR CURRENT_USER SERVER other'],
  ])('%s %s is one where a migration made it by: %s', async (kind, name, sql) => {
    expect(await isLeftOut(kind, name, sql)).toBe(true);
  });

  it.each([
    ['event trigger', 'note', watch],
    ['event trigger', 'w', watch],
    ['event trigger', 'trigger', watch],
    ['extension', 'watch', watch],
    ['comment', 'table watch', watch],
    ['grants', 'language plpgsql', 'GRANT USAGE ON LANGUAGE sql TO x'],
    ['grants', 'language plpgsql', `COMMENT ON LANGUAGE plpgsql IS 'x'`],
    ['user mapping', 'a on server other', 'CREATE USER MAPPING FOR b SERVER other'],
    ['extension', 'public', crypto],
    ['table', 'public.watch', watch],
    ['event trigger', 'watch', "SELECT 'CREATE EVENT TRIGGER watch'"],
  ])('%s %s is none because of: %s', async (kind, name, sql) => {
    expect(await isLeftOut(kind, name, sql)).toBe(false);
  });
});
