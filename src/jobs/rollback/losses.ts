import type { Hazard } from '../../domain/hazard.ts';
import type { EnvironmentKey } from '../../domain/repository.ts';
import type { SchemaChange } from '../../domain/schema-diff.ts';
import { TargetUnavailable } from '../../ports/target.ts';
import { tablesThatLose, withoutRenamed } from '../../rollback/tables-that-lose.ts';
import type { Tools } from '../tools.ts';

/** Rules that say that data goes away with the statement. */
const lossRules: ReadonlySet<string> = new Set([
  'drop-column',
  'drop-table',
  'drop-schema',
  'truncate',
  'delete-without-where',
]);

/**
 * What a rollback would lose, one sentence each: what its statements take away, and how many rows the target holds
 * there. Empty where nothing is lost.
 */
export async function lossesOf(
  key: EnvironmentKey,
  {
    hazards,
    schemaDiff,
  }: { readonly hazards: readonly Hazard[]; readonly schemaDiff: readonly SchemaChange[] },
  { targets }: Pick<Tools, 'targets'>,
): Promise<readonly string[]> {
  const statements = hazards.filter(({ rule }) => lossRules.has(rule)).map(({ message }) => message);
  const losing = tablesThatLose(schemaDiff);
  const tables = statements.length === 0 ? withoutRenamed(losing, schemaDiff) : losing;
  if (statements.length === 0 && tables.length === 0) return [];
  const said = statements.length === 0 ? tables.map((table) => goesUnsaid(table, schemaDiff)) : statements;
  const rows = await rowsIn(key, tables, { targets });
  return [...said, ...tables.flatMap((table) => rowWords(table, rows?.get(table)))];
}

/** By CASCADE, with a type or an extension, or out of a block: the schema tells what no statement names. */
function goesUnsaid(table: string, schemaDiff: readonly SchemaChange[]): string {
  const isGone = schemaDiff.some(
    ({ kind, name, after }) => kind === 'table' && name === table && after === null,
  );
  return isGone
    ? `\`${table}\` goes with what it holds, though no statement says so.`
    : `\`${table}\` loses columns with what they hold, though no statement says so.`;
}

async function rowsIn(
  key: EnvironmentKey,
  tables: readonly string[],
  { targets }: Pick<Tools, 'targets'>,
): Promise<ReadonlyMap<string, number> | null> {
  try {
    return await targets.estimateRows(key, tables);
  } catch (error) {
    if (error instanceof TargetUnavailable) return null;
    throw error;
  }
}

/** The adapter counts few rows, and goes by the planner's estimate where there are more. */
const countedUpTo = 1_000;

function rowWords(table: string, rows: number | undefined): readonly string[] {
  if (rows === undefined) return [`How many rows \`${table}\` holds could not be asked.`];
  if (rows === 0) return [`\`${table}\` holds no row at the moment.`];
  const about = rows > countedUpTo ? 'about ' : '';
  return [
    `\`${table}\` holds ${about}${rows.toLocaleString('en')} ${rows === 1 ? 'row' : 'rows'} at the moment.`,
  ];
}
