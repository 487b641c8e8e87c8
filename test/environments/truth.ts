import type { Hold } from '../../src/domain/hold.ts';
import { environments, look, madeBy, type Environment, type Sight, type Stage } from './stage.ts';

type Sights = Readonly<Record<Environment, Sight>>;

/**
 * What must hold whenever all has come to rest: an environment is equal to its branch and has the schema of its history,
 * or is on hold for a reason that is true. On hold for another reason than its schema, it differs by nothing but what
 * was changed by hand. Throws an Error where that is not so.
 */
export async function checkAll(stage: Stage): Promise<void> {
  const sights = {
    dev: await look(stage, 'dev'),
    qa: await look(stage, 'qa'),
    prod: await look(stage, 'prod'),
  };
  for (const environment of environments) {
    const wrong = whatIsWrong(stage, environment, sights);
    if (wrong !== null) throw new Error(`${environment}: ${wrong}\n${JSON.stringify(sights, null, 1)}`);
  }
}

function whatIsWrong(stage: Stage, environment: Environment, sights: Sights): string | null {
  const sight = sights[environment];
  const { hold, branch, history, found } = sight;
  const ran = madeBy(stage, history);
  const drift = [...without(found, ran), ...without(ran, found)];
  if (hold === null) {
    if (branch.join() !== history.join()) return 'it is not equal to its branch, and not on hold';
    return drift.length === 0 ? null : `its schema differs by ${drift.join(', ')}, and it is not on hold`;
  }
  const unexplained = drift.filter((object) => !stage.byHand.has(object));
  if (unexplained.length > 0) return `nobody made or took away ${unexplained.join(', ')} by hand`;
  // What adopts a schema that is not there (any more) is not written down.
  const adopts = without(branch, history).some((name) => name.endsWith(`_adopt_from_${environment}`));
  const isSo = hold.reason === 'drift' ? drift.length > 0 || adopts : isTrue(hold, environment, sights);
  return isSo ? null : `it is on hold for ${hold.reason}, which is not so`;
}

const others: Readonly<Record<Environment, readonly Environment[]>> = {
  dev: [],
  qa: ['dev', 'prod'],
  prod: ['qa'],
};

/** Whether what a hold says is so, by what is in the branches and the histories alone. */
function isTrue({ reason, migrations }: Hold, environment: Environment, sights: Sights): boolean {
  const { branch, history } = sights[environment];
  const pending = migrations.filter((name) => branch.includes(name) && !history.includes(name));
  const gone = migrations.filter((name) => !branch.includes(name) && history.includes(name));
  const last = history.toSorted().at(-1) ?? '';
  const numbers = branch.map((name) => Number.parseInt(name, 10));
  const hasNoPlace = (name: string): boolean =>
    name < last || numbers.filter((number) => number === Number.parseInt(name, 10)).length > 1;
  switch (reason) {
    case 'not-approved':
      return pending.length + gone.length > 0;
    case 'not-promoted':
      return pending.some((name) => others[environment].every((one) => !sights[one].history.includes(name)));
    case 'apply-failed':
    case 'target-moved':
    case 'rolled-back':
    case 'history-lost':
      return pending.length > 0;
    case 'removed':
      return gone.length > 0;
    case 'history-mismatch':
      return without(history, branch).length > 0 || without(branch, history).some(hasNoPlace);
    case 'drift':
    case 'in-doubt':
    case 'another-database':
    case 'rules':
    case 'asked':
      return false;
  }
}

function without(these: readonly string[], those: readonly string[]): readonly string[] {
  return these.filter((one) => !those.includes(one));
}
