import { parse, type Node } from 'libpg-query';
import type { Statement } from '../domain/migration.ts';

/** What the plan says of a statement that the shadow's login has no right to. */
const needsPrivilege = 'not tried on the shadow: needs a privilege that it does not give';
const lacksExtension = 'not tried on the shadow: its server does not have that extension';

export const elsewhereBeforehand =
  'not tried on the shadow: it has that extension beforehand, in another schema';

const insufficientPrivilege = '42501';
const featureNotSupported = '0A000';
const undefinedFile = '58P01';

// Kinds that a login without power over the whole server never may run, however sound they are.
const privilegedKinds = new Set([
  'CreateRoleStmt',
  'AlterRoleStmt',
  'AlterRoleSetStmt',
  'DropRoleStmt',
  'GrantRoleStmt',
  'DropOwnedStmt',
  'ReassignOwnedStmt',
  'CreateEventTrigStmt',
  'AlterEventTrigStmt',
  'CreatePublicationStmt',
  'AlterPublicationStmt',
  'CreateSubscriptionStmt',
  'AlterSubscriptionStmt',
  'DropSubscriptionStmt',
  'CreateExtensionStmt',
  'AlterExtensionStmt',
  'AlterExtensionContentsStmt',
  'CreatedbStmt',
  'DropdbStmt',
  'AlterDatabaseStmt',
  'AlterDatabaseSetStmt',
  'AlterDatabaseRefreshCollStmt',
  'AlterSystemStmt',
  'CreateTableSpaceStmt',
  'DropTableSpaceStmt',
  'AlterTableSpaceOptionsStmt',
  'AlterTableMoveAllStmt',
  'CreateFdwStmt',
  'AlterFdwStmt',
  'CreateForeignServerStmt',
  'AlterForeignServerStmt',
  'CreateUserMappingStmt',
  'AlterUserMappingStmt',
]);

// The same for GRANT, COMMENT, ALTER … RENAME, OWNER TO, DROP and SECURITY LABEL on such an object.
const privilegedObjects = new Set([
  'OBJECT_DATABASE',
  'OBJECT_ROLE',
  'OBJECT_TABLESPACE',
  'OBJECT_EVENT_TRIGGER',
  'OBJECT_PUBLICATION',
  'OBJECT_SUBSCRIPTION',
  'OBJECT_EXTENSION',
  'OBJECT_FDW',
  'OBJECT_FOREIGN_SERVER',
  'OBJECT_LANGUAGE',
  'OBJECT_PARAMETER_ACL',
]);

/** Top-level statements of a text; empty where PostgreSQL's own parser does not take it (the dry run says why). */
export async function nodesOf(sql: string): Promise<readonly Node[]> {
  try {
    const { stmts = [] } = await parse(sql);
    return stmts.flatMap(({ stmt }) => (stmt === undefined ? [] : [stmt]));
  } catch {
    return [];
  }
}

export function kindOf(node: Node): string {
  return Object.keys(node)[0] ?? '';
}

/** Why this failure means "could not be tried" and not "is broken"; null where it means the latter. */
export function reasonNotTried(nodes: readonly Node[], sqlState: string | null): string | null {
  const [node] = nodes;
  if (node === undefined || nodes.length !== 1) return null;
  if (sqlState === insufficientPrivilege && isPrivileged(node)) return needsPrivilege;
  const missing = sqlState === featureNotSupported || sqlState === undefinedFile;
  return missing && 'CreateExtensionStmt' in node ? lacksExtension : null;
}

/** Whether a statement is of a kind that the shadow's login may not run. */
export function isPrivileged(node: Node): boolean {
  if (privilegedKinds.has(kindOf(node))) return true;
  const [body] = Object.values(node) as readonly unknown[];
  if (typeof body !== 'object' || body === null) return false;
  const types = ['objtype', 'objectType', 'renameType', 'removeType'].map((key): unknown =>
    Reflect.get(body, key),
  );
  return types.some((type) => typeof type === 'string' && privilegedObjects.has(type));
}

const createsRole = /\bcreate\s+(?:role|user|group)\s+(?:"((?:[^"]|"")+)"|([a-z_][\w$]*))/gi;

/** Roles that these statements would create, also from within DO blocks, as the catalog would write them. */
export async function rolesCreatedBy(statements: readonly Statement[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const { sql } of statements) {
    if (!/\bcreate\s+(?:role|user|group)\b/i.test(sql)) continue;
    for (const node of await nodesOf(sql)) {
      if ('CreateRoleStmt' in node) found.push(node.CreateRoleStmt.role ?? '');
      else if ('DoStmt' in node) found.push(...rolesInText(sql));
    }
  }
  return found.filter((role) => role !== '');
}

function rolesInText(sql: string): readonly string[] {
  return [...sql.matchAll(createsRole)]
    .map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain?.toLowerCase() ?? '')
    .filter((role) => role !== 'mapping');
}
