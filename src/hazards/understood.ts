import type { AlterTableType, Node, ObjectType } from 'libpg-query';
import { addedColumn, tableCommands } from './tree.ts';

/** ALTER TABLE commands that have a rule of their own, or change the catalog alone and hold the lock briefly. */
const understoodCommands: ReadonlySet<AlterTableType> = new Set([
  'AT_AddColumn',
  'AT_ColumnDefault',
  'AT_DropNotNull',
  'AT_SetNotNull',
  'AT_DropExpression',
  'AT_SetStatistics',
  'AT_SetOptions',
  'AT_ResetOptions',
  'AT_SetStorage',
  'AT_SetCompression',
  'AT_DropColumn',
  'AT_AddConstraint',
  'AT_AlterConstraint',
  'AT_ValidateConstraint',
  'AT_DropConstraint',
  'AT_AlterColumnType',
  'AT_ChangeOwner',
  'AT_ClusterOn',
  'AT_DropCluster',
  'AT_SetRelOptions',
  'AT_ResetRelOptions',
  'AT_EnableTrig',
  'AT_EnableAlwaysTrig',
  'AT_EnableReplicaTrig',
  'AT_DisableTrig',
  'AT_EnableTrigUser',
  'AT_DisableTrigUser',
  'AT_DropInherit',
  'AT_ReplicaIdentity',
  'AT_EnableRowSecurity',
  'AT_DisableRowSecurity',
  'AT_ForceRowSecurity',
  'AT_NoForceRowSecurity',
  'AT_SetIdentity',
  'AT_DropIdentity',
]);

/** Statements of the same kind: a rule of their own, or a brief change of the catalog. */
const understoodStatements = [
  'CreateStmt',
  'CreateTableAsStmt',
  'CreateForeignTableStmt',
  'CreateSeqStmt',
  'AlterSeqStmt',
  'IndexStmt',
  'RenameStmt',
  'AlterObjectSchemaStmt',
  'AlterOwnerStmt',
  'ViewStmt',
  'CreateTrigStmt',
  'CreatePolicyStmt',
  'AlterPolicyStmt',
  'RuleStmt',
  'CommentStmt',
  'GrantStmt',
  'CreateStatsStmt',
  'CreatePublicationStmt',
  'TruncateStmt',
  'VacuumStmt',
  'ClusterStmt',
  'ReindexStmt',
  'RefreshMatViewStmt',
  'DropOwnedStmt',
] as const;

const dropsWithRule: ReadonlySet<ObjectType> = new Set([
  'OBJECT_TABLE',
  'OBJECT_FOREIGN_TABLE',
  'OBJECT_SCHEMA',
]);
const rewritingStatements = [
  'TruncateStmt',
  'VacuumStmt',
  'ClusterStmt',
  'ReindexStmt',
  'RefreshMatViewStmt',
] as const;

/** Whether the locks of the statement need no explanation: they are brief, or another rule tells of them. */
export function isUnderstood(node: Node | null): boolean {
  if (node === null) return false;
  if ('AlterTableStmt' in node) {
    return tableCommands(node).every(
      ({ command }) => command.subtype !== undefined && understoodCommands.has(command.subtype),
    );
  }
  if ('DropStmt' in node) {
    const { removeType, behavior } = node.DropStmt;
    // CASCADE can reach columns of tables that the statement does not name.
    return behavior !== 'DROP_CASCADE' || (removeType !== undefined && dropsWithRule.has(removeType));
  }
  return understoodStatements.some((kind) => kind in node);
}

/** Whether another rule tells of it where the statement writes a relation anew. */
export function mayRewrite(node: Node | null): boolean {
  if (node === null) return false;
  if (rewritingStatements.some((kind) => kind in node)) return true;
  return tableCommands(node).some(
    ({ command }) => command.subtype === 'AT_AlterColumnType' || addedColumn(command) !== null,
  );
}
