import type { Kind, Work } from '../kind.ts';
import type { SchemaObject } from '../schema-object.ts';
import { mentionsOf } from '../sql/mentions.ts';
import { statementsIn, written } from '../sql/text.ts';
import { step, type Step } from '../step.ts';
import { partsHandle } from '../tables/constraints.ts';
import type { World } from '../world.ts';
import { onTable } from './on-table.ts';

/** A definition of one statement, and the state that our catalog adds as a comment. */
interface Dependent {
  readonly own: string;
  readonly table: string;
  readonly sql: string;
  /** O, D, R or A as in pg_trigger.tgenabled. */
  readonly enabled: string;
}

const states: Readonly<Record<string, string>> = {
  O: 'ENABLE',
  D: 'DISABLE',
  R: 'ENABLE REPLICA',
  A: 'ENABLE ALWAYS',
};

/** What stands on one table and has no rows of its own: made anew where more than its state is another. */
export function dependent(word: 'TRIGGER' | 'RULE' | 'POLICY'): Kind {
  return {
    make: (object) => {
      const found = read(object, word);
      if (found === null) return null;
      const make = step('dependent', found.sql, {
        makes: [handleOf(object)],
        needs: mentionsOf(found.sql, found.table, partsHandle(found.table)),
      });
      return found.enabled === 'O' ? [make] : [make, setState(word, found, object)];
    },
    drop: (object, world) => dropDependent(object, word, world),
    change: (before, after) => changeDependent(read(before, word), read(after, word), word, after),
    handles: (object) => [handleOf(object)],
    light: true,
    pinsColumns: true,
  };
}

function dropDependent(object: SchemaObject, word: string, world: World): readonly Step[] | null {
  const place = onTable(object.name);
  if (place === null) return null;
  if (world.isGone(place.table)) return [];
  const sql = `DROP ${word} ${place.own} ON ${place.table}`;
  return [step('letGo', sql, { drops: [handleOf(object)], frees: mentionsOf(object.definition) })];
}

function changeDependent(
  before: Dependent | null,
  after: Dependent | null,
  word: 'TRIGGER' | 'RULE' | 'POLICY',
  object: SchemaObject,
): Work | 'anew' | null {
  if (before === null || after === null) return null;
  return before.sql === after.sql ? { steps: [setState(word, after, object)] } : 'anew';
}

function setState(
  word: 'TRIGGER' | 'RULE' | 'POLICY',
  { own, table, enabled }: Dependent,
  object: SchemaObject,
): Step {
  const sql = `ALTER TABLE ${table} ${states[enabled] ?? ''} ${word} ${own}`;
  return step('setting', sql, { needs: mentionsOf('', handleOf(object)) });
}

function read(object: SchemaObject, word: string): Dependent | null {
  const found = statementsIn(object.definition);
  const [statement, ...others] = found?.statements ?? [];
  const place = onTable(object.name);
  if (found === null || statement === undefined || others.length > 0 || place === null) return null;
  const sql = written(statement);
  const isOurs = new RegExp(`^CREATE (?:CONSTRAINT )?${word} `).test(sql);
  const [, enabled = null] =
    found.notes.length === 0 ? ['', 'O'] : (/^enabled: ([DRA])$/.exec(found.notes.join()) ?? []);
  return isOurs && enabled !== null ? { ...place, sql, enabled } : null;
}

function handleOf({ kind, name }: SchemaObject): string {
  return `${kind} ${name}`;
}
