import { environments, look, tablesOf, type Environment, type Sight, type Stage } from './stage.ts';

/**
 * What must hold whenever all has come to rest: an environment is equal to its branch, or on hold for a reason that is
 * true; either way its tables are those of its history. Throws an Error where that is not so.
 */
export async function checkAll(stage: Stage): Promise<void> {
  for (const environment of environments) check(stage, environment, await look(stage, environment));
}

function check(stage: Stage, environment: Environment, sight: Sight): void {
  const part = (what: string): never => {
    throw new Error(`${environment}: ${what}\n${JSON.stringify(sight, null, 1)}`);
  };
  const { hold, history, found } = sight;
  const isBare = hold !== null && ['history-lost', 'history-mismatch', 'drift'].includes(hold.reason);
  const ran = tablesOf(stage, history);
  if (!isBare && found.join() !== ran.join()) part('its tables are not those of its history');
  if (hold === null && !isEqual(sight)) part('it is not equal to its branch, and not on hold');
  if (hold !== null && !isTrue(sight, ran)) part(`it is on hold for ${hold.reason}, which is not so`);
}

export function isEqual({ branch, history }: Sight): boolean {
  return branch.join() === history.join();
}

/** Whether what a hold says is so, by what is in the branch, the history and the database alone. */
function isTrue({ hold, branch, history, found }: Sight, ran: readonly string[]): boolean {
  if (hold === null) return true;
  const pending = hold.migrations.some((name) => branch.includes(name) && !history.includes(name));
  const gone = hold.migrations.some((name) => !branch.includes(name) && history.includes(name));
  const last = history.toSorted().at(-1) ?? '';
  const early = branch.some((name) => !history.includes(name) && name < last);
  const foreign = history.some((name) => !branch.includes(name));
  switch (hold.reason) {
    case 'not-approved':
    case 'not-promoted':
      return pending || gone;
    case 'apply-failed':
    case 'rolled-back':
    case 'history-lost':
      return pending;
    case 'removed':
      return gone;
    case 'history-mismatch':
      return early || foreign;
    case 'drift':
      return found.join() !== ran.join();
    case 'in-doubt':
    case 'another-database':
    case 'rules':
    case 'asked':
      return false;
  }
}
