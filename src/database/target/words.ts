import { SchemaUnavailable, TargetUnavailable } from '../../ports/target.ts';
import { failureOf } from '../failure.ts';
import type { TargetConnection } from './connect.ts';

const insufficientPrivilege = '42501';
const lockNotAvailable = '55P03';

/**
 * Runs `work` and turns what PostgreSQL answers into a TargetUnavailable that says what was wanted and what to do.
 * @throws TargetUnavailable
 */
export async function inWordsOf<T>(
  environment: string,
  { place, secrets }: TargetConnection,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof TargetUnavailable || error instanceof SchemaUnavailable) throw error;
    const { message, sqlState } = failureOf(error, secrets);
    throw new TargetUnavailable(
      `The database of environment ${environment} at ${place} cannot be used: ${message.replace(/\.?$/, '.')}${adviceFor(sqlState)}`,
    );
  }
}

function adviceFor(sqlState: string | null): string {
  switch (sqlState) {
    case insufficientPrivilege:
      return (
        ' The role that applies needs USAGE and CREATE on the history’s schema, and CREATE on the database for the schema `tidegate`; ' +
        'a role that only reads needs USAGE on both schemas and SELECT on their tables.'
      );
    case lockNotAvailable:
      return ' A transaction of an earlier worker is still running there: wait for it to end, then try again.';
    default:
      return '';
  }
}
