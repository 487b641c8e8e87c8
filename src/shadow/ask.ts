import { failureOf } from './errors.ts';
import type { PlanConnection } from './plan-connection.ts';

const mostRows = 1_000;
const mostBytes = 1024 ** 2;

/** Answers one question of a migration's code, and leaves nothing of it behind. */
export async function ask(
  connection: PlanConnection,
  sql: string,
): Promise<readonly Record<string, unknown>[]> {
  await connection.run('BEGIN READ ONLY');
  try {
    const { rows, more } = await connection.read(sql, mostRows);
    if (more) throw new Error(`The query gives more than ${mostRows} rows. Ask for fewer, with LIMIT.`);
    if (Buffer.byteLength(JSON.stringify(rows, sayBigint)) > mostBytes) {
      throw new Error('The query gives more than 1 MB. Ask for fewer columns or rows.');
    }
    return rows;
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('The query gives')) throw error;
    throw new Error(`The query failed on the shadow: ${failureOf(error, sql).message}`, { cause: error });
  } finally {
    await forget(connection);
  }
}

async function forget(connection: PlanConnection): Promise<void> {
  try {
    await connection.run('ROLLBACK');
    await connection.clean();
  } catch (error) {
    // A session that is gone has nothing left; any other failure is thrown.
    failureOf(error, 'ROLLBACK');
  }
}

function sayBigint(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}
