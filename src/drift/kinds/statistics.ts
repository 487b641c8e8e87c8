import type { Kind, Work } from '../kind.ts';
import type { SchemaObject } from '../schema-object.ts';
import { mentionsOf } from '../sql/mentions.ts';
import { nameAt, placeOf, statementsIn, written } from '../sql/text.ts';
import { step, type Step } from '../step.ts';
import { partsHandle } from '../tables/constraints.ts';

/** Extended statistics: another list is another object. */
export const statistics: Kind = {
  make: (object) => {
    const found = statisticsOf(object);
    if (found === null) return null;
    const make = step('index', found.sql, {
      makes: [handleOf(object), partsHandle(found.table)],
      needs: mentionsOf(found.sql),
    });
    return found.target === '' ? [make] : [make, setTarget(object, found.target)];
  },
  drop: (object, world) => {
    const found = statisticsOf(object);
    if (found === null) return null;
    if (world.isGone(found.table)) return [];
    return [
      step('dropIndex', `DROP STATISTICS ${object.name}`, {
        drops: [handleOf(object)],
        frees: mentionsOf(found.sql),
      }),
    ];
  },
  change: (before, after): Work | 'anew' | null => {
    const [then, now] = [statisticsOf(before), statisticsOf(after)];
    if (then === null || now === null) return null;
    return then.sql === now.sql ? { steps: [setTarget(after, now.target)] } : 'anew';
  },
  handles: (object) => [handleOf(object)],
  light: true,
  pinsColumns: false,
};

function setTarget(object: SchemaObject, target: string): Step {
  const sql = `ALTER STATISTICS ${object.name} SET STATISTICS ${target === '' ? '-1' : target}`;
  return step('setting', sql, { needs: mentionsOf('', handleOf(object)) });
}

function handleOf({ name }: SchemaObject): string {
  return `statistics ${name}`;
}

function statisticsOf({ definition }: SchemaObject): { sql: string; table: string; target: string } | null {
  const found = statementsIn(definition);
  const [statement, ...others] = found?.statements ?? [];
  if (found === null || statement === undefined || others.length > 0) return null;
  const target = found.notes.length === 0 ? '' : /^statistics (\d+)$/.exec(found.notes.join())?.[1];
  const table = nameAt(statement, placeOf(statement, ['FROM']) + 1);
  const isOurs = written(statement).startsWith('CREATE STATISTICS ');
  return isOurs && target !== undefined && table !== null
    ? { sql: written(statement), table: table.name, target }
    : null;
}
