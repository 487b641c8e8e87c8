import { mentionsOf } from '../sql/mentions.ts';
import { partsOfName } from '../sql/text.ts';
import { step, type Step } from '../step.ts';
import { partsHandle } from './constraints.ts';
import { optionChanges } from './options.ts';
import type { Table } from './shape.ts';

/** Everything of a table that is said in one ALTER TABLE of its own. `before`: null for one that is new. */
export function changeSettings(before: Table | null, after: Table, owner: string): readonly Step[] {
  const { name } = after;
  const [schema = ''] = partsOfName(name);
  const alter = (rank: 'setting' | 'owner', what: string, ...handles: readonly string[]): Step =>
    step(rank, `ALTER TABLE ${name} ${what}`, { needs: mentionsOf('', name, partsHandle(name), ...handles) });
  const set = (what: string, ...handles: readonly string[]): Step => alter('setting', what, ...handles);
  const steps: Step[] = [];
  if ((before?.security ?? false) !== after.security) {
    steps.push(set(`${after.security ? 'ENABLE' : 'DISABLE'} ROW LEVEL SECURITY`));
  }
  if ((before?.force ?? false) !== after.force) {
    steps.push(set(`${after.force ? '' : 'NO '}FORCE ROW LEVEL SECURITY`));
  }
  if ((before?.replica ?? '') !== after.replica) {
    const index = after.replica.replace('USING INDEX ', '');
    steps.push(
      set(`REPLICA IDENTITY ${after.replica === '' ? 'DEFAULT' : after.replica}`, `${schema}.${index}`),
    );
  }
  if ((before?.cluster ?? '') !== after.cluster) {
    steps.push(
      after.cluster === ''
        ? set('SET WITHOUT CLUSTER')
        : set(`CLUSTER ON ${after.cluster}`, `${schema}.${after.cluster}`),
    );
  }
  if (before !== null) {
    for (const [verb, list] of optionChanges(before.options, after.options))
      steps.push(set(`${verb} ${list}`));
    if (before.unlogged !== after.unlogged) {
      const logging = set(`SET ${after.unlogged ? 'UNLOGGED' : 'LOGGED'}`);
      steps.push(after.unlogged ? logging : { ...logging, makes: [loggedHandle(name)] });
    }
  }
  if (after.owner !== owner) steps.push(alter('owner', `OWNER TO ${after.owner}`));
  return steps;
}

/** Stands for a table that is logged: what is not is published by nobody. */
export function loggedHandle(table: string): string {
  return `${table}#logged`;
}
