import type { Node } from 'libpg-query';
import pg from 'pg';
import type { PlanConnection } from './plan-connection.ts';

/**
 * Runs a statement; where it hands an object to another role, that role may create in the schemas meanwhile.
 * PostgreSQL asks for that of everyone but a superuser ("ALTER TABLE", OWNER TO), and on a target it is often a
 * superuser who migrates. To be called inside a transaction: its end takes back what a failure leaves lent.
 */
export async function runLending(
  connection: PlanConnection,
  nodes: readonly Node[],
  sql: string,
): Promise<void> {
  const owner = nodes.map(newOwnerOf).find((name) => name !== null) ?? null;
  const schemas = owner === null ? [] : await closedTo(connection, owner);
  if (owner === null || schemas.length === 0) return connection.run(sql);
  const [list, role] = [schemas.join(', '), pg.escapeIdentifier(owner)];
  await connection.run(`GRANT CREATE ON SCHEMA ${list} TO ${role}`);
  await connection.run(sql);
  await connection.run(`REVOKE CREATE ON SCHEMA ${list} FROM ${role}`);
}

/** To whom a statement hands an object that stands in a schema; null where it hands none over. */
export function newOwnerOf(node: Node): string | null {
  if ('AlterOwnerStmt' in node) {
    const { objectType, newowner } = node.AlterOwnerStmt;
    // What is lent in a schema and then taken from its new owner would be the owner's own.
    return objectType === 'OBJECT_SCHEMA' ? null : (newowner?.rolename ?? null);
  }
  if (!('AlterTableStmt' in node)) return null;
  for (const command of node.AlterTableStmt.cmds ?? []) {
    if (!('AlterTableCmd' in command) || command.AlterTableCmd.subtype !== 'AT_ChangeOwner') continue;
    return command.AlterTableCmd.newowner?.rolename ?? null;
  }
  return null;
}

/** Schemas that are ours to lend; none where there is no such role, and the statement will say so. */
async function closedTo(connection: PlanConnection, role: string): Promise<readonly string[]> {
  const { rows } = await connection.read(
    `SELECT pg_catalog.quote_ident(n.nspname) AS name
       FROM pg_catalog.pg_namespace n, pg_catalog.pg_roles r, pg_catalog.pg_roles me
      WHERE r.rolname OPERATOR(pg_catalog.=) ${pg.escapeLiteral(role)}::pg_catalog.name
        AND me.rolname OPERATOR(pg_catalog.=) CURRENT_USER AND n.nspowner OPERATOR(pg_catalog.=) me.oid
        AND NOT pg_catalog.has_schema_privilege(r.oid, n.oid, 'CREATE'::pg_catalog.text)`,
    1_000,
  );
  return rows.flatMap(({ name }) => (typeof name === 'string' ? [name] : []));
}
