import type { Kind, Work } from '../kind.ts';
import type { SchemaObject } from '../schema-object.ts';
import { mentionsOf } from '../sql/mentions.ts';
import { nameAt, placeOf, written } from '../sql/text.ts';
import { step, type Step } from '../step.ts';
import { partsHandle } from '../tables/constraints.ts';
import { ownedOf, ownerSteps } from './owned.ts';

/** Extended statistics: another list is another object. */
export const statistics: Kind = {
  make: (object) => {
    const found = statisticsOf(object);
    if (found === null) return null;
    const make = step('index', found.sql, {
      makes: [handleOf(object), partsHandle(found.table)],
      needs: mentionsOf(found.sql),
    });
    const owner = ownerSteps(`STATISTICS ${object.name}`, '', found.owner, handleOf(object));
    if (owner === null) return null;
    return [make, ...(found.target === '' ? [] : [setTarget(object, found.target)]), ...owner];
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
    if (then.sql !== now.sql) return 'anew';
    const owner = ownerSteps(`STATISTICS ${after.name}`, then.owner, now.owner, handleOf(after));
    const target = then.target === now.target ? [] : [setTarget(after, now.target)];
    return owner === null ? null : { steps: [...target, ...owner] };
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

function statisticsOf(
  object: SchemaObject,
): { sql: string; table: string; target: string; owner: string } | null {
  const owned = ownedOf(object, `STATISTICS ${object.name}`);
  if (owned === null || owned.more.length > 0) return null;
  const { main, notes, owner } = owned;
  const target = notes.length === 0 ? '' : /^statistics (\d+)$/.exec(notes.join())?.[1];
  const table = nameAt(main, placeOf(main, ['FROM']) + 1);
  const isOurs = written(main).startsWith('CREATE STATISTICS ');
  return isOurs && target !== undefined && table !== null
    ? { sql: written(main), table: table.name, target, owner }
    : null;
}
