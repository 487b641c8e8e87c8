import type { Node } from 'libpg-query';

/** What a statement means for the transaction that it runs in. */
export type StatementNature =
  | 'plain'
  /** SET and RESET: fits beside anything. */
  | 'setting'
  /** Ends or starts a transaction, or changes who runs it. */
  | 'control'
  /** PostgreSQL refuses it inside a transaction block (PreventInTransactionBlock). */
  | 'alone'
  /** COPY to or from the client, which nobody feeds. */
  | 'client-copy';

const harmlessControl = new Set(['TRANS_STMT_SAVEPOINT', 'TRANS_STMT_RELEASE', 'TRANS_STMT_ROLLBACK_TO']);
const identity = new Set(['role', 'session_authorization']);

/** Reads it off the parse tree of one top-level statement. */
export function natureOf(statement: Node): StatementNature {
  if (isControl(statement)) return 'control';
  if (isAlone(statement)) return 'alone';
  if ('VariableSetStmt' in statement) return 'setting';
  if ('CopyStmt' in statement) {
    const { filename, is_program: program } = statement.CopyStmt;
    return filename === undefined && program !== true ? 'client-copy' : 'plain';
  }
  return 'plain';
}

function isControl(statement: Node): boolean {
  if ('TransactionStmt' in statement) return !harmlessControl.has(statement.TransactionStmt.kind ?? '');
  if ('VariableSetStmt' in statement) {
    const { name = '', kind } = statement.VariableSetStmt;
    return identity.has(name) || (kind === 'VAR_SET_MULTI' && name === 'TRANSACTION');
  }
  if ('DiscardStmt' in statement) return statement.DiscardStmt.target === 'DISCARD_ALL';
  return callsSetConfigOfIdentity(statement);
}

// SELECT set_config('role', …) is SET ROLE in other words.
function callsSetConfigOfIdentity(statement: Node): boolean {
  if (!('SelectStmt' in statement)) return false;
  const text = JSON.stringify(statement);
  return (
    text.includes('"set_config"') &&
    [...identity].some((name) => text.toLowerCase().includes(`"sval":"${name}"`))
  );
}

function isAlone(statement: Node): boolean {
  if ('IndexStmt' in statement) return statement.IndexStmt.concurrent === true;
  if ('DropStmt' in statement) return statement.DropStmt.concurrent === true;
  if ('ReindexStmt' in statement) return isReindexAlone(statement.ReindexStmt);
  if ('VacuumStmt' in statement) return statement.VacuumStmt.is_vacuumcmd === true;
  if ('ClusterStmt' in statement) return statement.ClusterStmt.relation === undefined;
  if ('AlterTableStmt' in statement) return detachesConcurrently(statement.AlterTableStmt.cmds ?? []);
  if ('AlterDatabaseStmt' in statement) return hasOption(statement.AlterDatabaseStmt.options, 'tablespace');
  if ('CreateSubscriptionStmt' in statement) return makesSlot(statement.CreateSubscriptionStmt.options);
  if ('AlterSubscriptionStmt' in statement) return refreshes(statement.AlterSubscriptionStmt);
  return alwaysAlone.some((kind) => kind in statement);
}

const alwaysAlone = [
  'CreatedbStmt',
  'DropdbStmt',
  'CreateTableSpaceStmt',
  'DropTableSpaceStmt',
  'AlterSystemStmt',
  'DropSubscriptionStmt',
];

type Of<Kind extends string> = Extract<Node, Record<Kind, unknown>>[Kind &
  keyof Extract<Node, Record<Kind, unknown>>];

function isReindexAlone(reindex: Of<'ReindexStmt'>): boolean {
  const whole = ['REINDEX_OBJECT_SCHEMA', 'REINDEX_OBJECT_SYSTEM', 'REINDEX_OBJECT_DATABASE'];
  return whole.includes(reindex.kind ?? '') || hasOption(reindex.params, 'concurrently');
}

function detachesConcurrently(commands: readonly Node[]): boolean {
  return commands.some((command) => {
    if (!('AlterTableCmd' in command)) return false;
    const { def } = command.AlterTableCmd;
    return def !== undefined && 'PartitionCmd' in def && def.PartitionCmd.concurrent === true;
  });
}

function makesSlot(options: readonly Node[] | undefined): boolean {
  return !isSwitchedOff(options, 'connect') && !isSwitchedOff(options, 'create_slot');
}

function refreshes(subscription: Of<'AlterSubscriptionStmt'>): boolean {
  const kinds = [
    'ALTER_SUBSCRIPTION_REFRESH',
    'ALTER_SUBSCRIPTION_SET_PUBLICATION',
    'ALTER_SUBSCRIPTION_ADD_PUBLICATION',
    'ALTER_SUBSCRIPTION_DROP_PUBLICATION',
  ];
  return kinds.includes(subscription.kind ?? '') && !isSwitchedOff(subscription.options, 'refresh');
}

function hasOption(options: readonly Node[] | undefined, name: string): boolean {
  return (options ?? []).some((option) => 'DefElem' in option && option.DefElem.defname === name);
}

function isSwitchedOff(options: readonly Node[] | undefined, name: string): boolean {
  return (options ?? []).some((option) => {
    if (!('DefElem' in option) || option.DefElem.defname !== name) return false;
    return /"(?:sval|boolval|ival)":(?:"(?:false|off|0)"|\{\})/i.test(
      JSON.stringify(option.DefElem.arg ?? {}),
    );
  });
}
