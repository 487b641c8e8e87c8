import type { Node } from 'libpg-query';
import type { Statement } from '../domain/migration.ts';
import { failureOf, ShadowBaselineError } from './errors.ts';
import { givenAlready } from './given-extensions.ts';
import type { GivenExtension } from './ground.ts';
import type { PlanConnection } from './plan-connection.ts';
import { isPrivileged, kindOf, nodesOf, reasonNotTried } from './privileged-kinds.ts';

/**
 * Runs the schema that a baseline starts from, statement by statement, and leaves the session clean. What only says
 * whose things are, or what its server lacks, is left out where it fails: a schema that was dumped elsewhere holds
 * much of that. Throws ShadowBaselineError, with `label` for a name, where anything else fails.
 */
export async function runStart(
  connection: PlanConnection,
  label: string,
  statements: readonly Statement[],
  given: readonly GivenExtension[],
): Promise<void> {
  for (const { sql } of statements) {
    try {
      await connection.run(sql);
    } catch (error) {
      const { sqlState, sessionLost, detail } = failureOf(error, sql);
      const nodes = await nodesOf(sql);
      const isThere = givenAlready(nodes, sqlState, given) !== null;
      const isLeftOut = !sessionLost && (isThere || isDispensable(nodes, sqlState));
      if (!isLeftOut) throw new ShadowBaselineError(label, detail, { cause: error });
    }
  }
  await connection.clean();
}

const duplicateSchema = '42P06';
/** An extension, a role or a parameter that is not there. */
const undefinedObject = '42704';

/** Ownership, privileges, labels; settings of a newer version. */
const aboutSomebody = new Set([
  'GrantStmt',
  'AlterDefaultPrivilegesStmt',
  'AlterOwnerStmt',
  'SecLabelStmt',
  'VariableSetStmt',
]);

function isDispensable(nodes: readonly Node[], sqlState: string | null): boolean {
  const [node] = nodes;
  if (node === undefined || nodes.length !== 1) return false;
  if (reasonNotTried(nodes, sqlState) !== null) return true;
  if (sqlState === undefinedObject && isPrivileged(node)) return true;
  if (sqlState === duplicateSchema && 'CreateSchemaStmt' in node) return true;
  return aboutSomebody.has(kindOf(node)) || onlyChangesOwner(node);
}

function onlyChangesOwner(node: Node): boolean {
  if (!('AlterTableStmt' in node)) return false;
  const { cmds = [] } = node.AlterTableStmt;
  return cmds.every((cmd) => 'AlterTableCmd' in cmd && cmd.AlterTableCmd.subtype === 'AT_ChangeOwner');
}
