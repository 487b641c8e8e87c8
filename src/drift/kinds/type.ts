import type { Kind } from '../kind.ts';
import type { SchemaObject } from '../schema-object.ts';
import { mentionsOf } from '../sql/mentions.ts';
import { placeOf, reads, part, written } from '../sql/text.ts';
import { step } from '../step.ts';
import { addValues, labelsOf } from './enum.ts';
import { attributesOf, changeAttributes } from './composite.ts';
import { ownedOf, ownerSteps, type Owned } from './owned.ts';

/** Enums, composite types, ranges. A base type's definition does not say all of it. */
export const type: Kind = {
  make: (object) => {
    const found = typeOf(object);
    const owner = found === null ? null : ownerSteps(`TYPE ${object.name}`, '', found.owner, object.name);
    if (found === null || owner === null) return null;
    const sql = written(found.main);
    return [step('makeType', sql, { makes: handlesOf(object), needs: mentionsOf(sql) }), ...owner];
  },
  drop: (object) => [
    step('dropType', `DROP TYPE ${object.name}`, {
      drops: handlesOf(object),
      frees: mentionsOf(object.definition),
    }),
  ],
  change: (before, after, world) => {
    const [then, now] = [typeOf(before), typeOf(after)];
    if (then === null || then.form !== now?.form) return null;
    const owner = ownerSteps(`TYPE ${after.name}`, then.owner, now.owner, after.name);
    if (owner === null) return null;
    if (written(then.main) === written(now.main)) return { steps: owner };
    const work =
      then.form === 'enum'
        ? addValues(after, labelsOf(then) ?? [], labelsOf(now) ?? [])
        : then.form === 'composite'
          ? changeAttributes(after, attributesOf(then) ?? [], attributesOf(now) ?? [], world)
          : null;
    return work === null ? null : { steps: [...work.steps, ...owner] };
  },
  handles: (object) => handlesOf(object),
  light: false,
  pinsColumns: false,
};

function handlesOf({ kind, name }: SchemaObject): readonly string[] {
  return [name, `${kind} ${name}`];
}

interface Type extends Owned {
  readonly form: 'enum' | 'composite' | 'range';
}

function typeOf(object: SchemaObject): Type | null {
  const owned = ownedOf(object, `TYPE ${object.name}`);
  if (owned === null || owned.more.length > 0 || owned.notes.length > 0) return null;
  if (!written(owned.main).startsWith(`CREATE TYPE ${object.name} AS `)) return null;
  const at = placeOf(owned.main, ['AS']) + 1;
  if (reads(owned.main, at, 'ENUM')) return { ...owned, form: 'enum' };
  if (reads(owned.main, at, 'RANGE')) return isPlainRange(owned, at) ? { ...owned, form: 'range' } : null;
  return attributesOf(owned) === null ? null : { ...owned, form: 'composite' };
}

/** A canonical function needs the type before it is there. */
function isPlainRange({ main }: Owned, at: number): boolean {
  return !part(main, at).tokens.some(({ text }) => text === 'CANONICAL');
}
