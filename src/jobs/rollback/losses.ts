import type { Plan } from '../../domain/plan.ts';
import type { EnvironmentKey } from '../../domain/repository.ts';
import type { SchemaChange } from '../../domain/schema-diff.ts';
import { rowLosses } from '../../hazards/row-losses.ts';
import { dynamicSql } from '../../hazards/rules/dynamic-sql.ts';
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
 * What a rollback would lose, one sentence each: what its statements take away or write over, and how many rows the
 * target holds there. Empty where nothing is lost, as far as statements and schema tell.
 */
export async function lossesOf(
  key: EnvironmentKey,
  { hazards, schemaDiff, steps }: Pick<Plan, 'hazards' | 'schemaDiff' | 'steps'>,
  { targets }: Pick<Tools, 'targets'>,
): Promise<readonly string[]> {
  const statements = hazards.filter(({ rule }) => lossRules.has(rule)).map(({ message }) => message);
  const losing = tablesThatLose(schemaDiff);
  const tables = statements.length === 0 ? withoutRenamed(losing, schemaDiff) : losing;
  const reached = await rowLosses(steps, schemaDiff);
  const others = reached.tables.filter((table) => !tables.includes(table));
  if ([...statements, ...tables, ...reached.sentences, ...others].length === 0) return [];
  const said = statements.length === 0 ? tables.map((table) => goesUnsaid(table, schemaDiff)) : statements;
  const rows = await rowsIn(key, [...tables, ...others], { targets });
  return [
    ...said,
    ...reached.sentences,
    ...tables.map((table) => rowWords(table, rows?.get(table))),
    ...others.map((table) => mostWords(table, rows?.get(table))),
  ];
}

/** What no plan tells: whoever confirms it reads for themselves what that does. */
export function lossesUnknown({ hazards }: Pick<Plan, 'hazards'>): readonly string[] {
  const unread = hazards.filter(({ rule }) => rule === dynamicSql.id).map(({ message }) => message);
  if (unread.length === 0) return [];
  return [
    `${unread.join(' ')} What is lost by that is not known beforehand, and is not among what would be lost.`,
  ];
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

function rowWords(table: string, rows: number | undefined): string {
  if (rows === undefined) return `How many rows \`${table}\` holds could not be asked.`;
  if (rows === 0) return `\`${table}\` holds no row at the moment.`;
  return `\`${table}\` holds ${counted(rows)} at the moment.`;
}

/** Of a statement that may mean some of them. */
function mostWords(table: string, rows: number | undefined): string {
  return rows === undefined || rows === 0
    ? rowWords(table, rows)
    : `\`${table}\` holds ${counted(rows)} at the moment: of its own it can be no more than that.`;
}

function counted(rows: number): string {
  const about = rows > countedUpTo ? 'about ' : '';
  return `${about}${rows.toLocaleString('en')} ${rows === 1 ? 'row' : 'rows'}`;
}
