import type { Kind } from '../kind.ts';
import type { SchemaObject } from '../schema-object.ts';
import { written } from '../sql/text.ts';
import { step } from '../step.ts';
import { ownedOf, ownerSteps, type Owned } from './owned.ts';

/** Schemas themselves: what is in one speaks of it by its name. */
export const schema: Kind = {
  make: (object) => {
    const found = schemaOf(object);
    const owner =
      found === null ? null : ownerSteps(`SCHEMA ${object.name}`, '', found.owner, handleOf(object));
    if (found === null || owner === null) return null;
    return [step('makeSpace', written(found.main), { makes: handlesOf(object) }), ...owner];
  },
  drop: (object) => [step('dropSpace', `DROP SCHEMA ${object.name}`, { drops: handlesOf(object) })],
  change: (before, after) => {
    const [then, now] = [schemaOf(before), schemaOf(after)];
    if (then === null || now === null) return null;
    const steps = ownerSteps(`SCHEMA ${after.name}`, then.owner, now.owner, handleOf(after));
    return steps === null ? null : { steps };
  },
  handles: (object) => handlesOf(object),
  light: false,
  pinsColumns: false,
};

function handlesOf(object: SchemaObject): readonly string[] {
  return [object.name, handleOf(object)];
}

function handleOf({ name }: SchemaObject): string {
  return `schema ${name}`;
}

function schemaOf(object: SchemaObject): Owned | null {
  const owned = ownedOf(object, `SCHEMA ${object.name}`);
  return owned !== null && written(owned.main) === `CREATE SCHEMA ${object.name}` && owned.more.length === 0
    ? owned
    : null;
}
