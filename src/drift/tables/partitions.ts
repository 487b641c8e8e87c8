import { mentionsOf } from '../sql/mentions.ts';
import { step, type Step } from '../step.ts';
import { partsHandle } from './constraints.ts';
import type { Table } from './shape.ts';

/** Stands for a table's columns and constraints: a partition joins when they are as they shall be. */
export function shapeHandle(table: string): string {
  return `${table}#shape`;
}

/** Joins a partition that has all that is its own: PostgreSQL takes its indexes for the parent's. */
export function attach({ name }: Table, { parent, bound }: NonNullable<Table['partitionOf']>): Step {
  return step('attach', `ALTER TABLE ${parent} ATTACH PARTITION ${name} ${bound}`, {
    makes: [`${name}#attached`],
    needs: mentionsOf(bound, name, parent, partsHandle(name), partsHandle(parent), shapeHandle(parent)),
  });
}

export function detach({ name }: Table, { parent }: NonNullable<Table['partitionOf']>): Step {
  return step('detach', `ALTER TABLE ${parent} DETACH PARTITION ${name}`, {
    makes: [`${name}#free`],
    frees: mentionsOf('', parent, shapeHandle(parent)),
  });
}
