import type { Work } from '../kind.ts';
import type { SchemaObject } from '../schema-object.ts';
import { mentionsOf } from '../sql/mentions.ts';
import { step, type Step } from '../step.ts';
import type { World } from '../world.ts';
import { changeColumns } from './change-columns.ts';
import { changeConstraints } from './change-constraints.ts';
import type { Column } from './column.ts';
import { partsHandle } from './constraints.ts';
import { foreignOptionChanges, serverFrom } from './options.ts';
import { attach, detach, shapeHandle } from './partitions.ts';
import { changeSettings } from './set.ts';
import type { Table } from './shape.ts';

/** Turns one table into the other, clause by clause; null where a clause cannot be changed, or is not understood. */
export function changeTable(from: SchemaObject, to: SchemaObject, world: World): Work | null {
  const [before, after] = [world.tablesBefore.get(from.name), world.tablesAfter.get(to.name)];
  if (before === undefined || after === undefined || !canBecome(before, after)) return null;
  const columns = changeColumns(before, after, world);
  const constraints = changeConstraints(before, after, world);
  const links = changeParents(before, after);
  const options = changeServer(before, after);
  if (columns === null || constraints === null || links === null || options === null) return null;
  const settings = changeSettings(before, after, before.owner);
  const steps = [...links, ...columns, ...constraints, ...options, ...settings];
  const remains = asItWillBe(before, after, to.definition);
  return { steps, ...(remains === to.definition ? {} : { remains }) };
}

function canBecome(before: Table, after: Table): boolean {
  const lasting = ['of', 'partitionBy', 'using', 'tablespace'] as const;
  // Whose a table is that says nothing of it, is known only where it is.
  const isOwned = after.owner !== '' || before.owner === '';
  return isOwned && lasting.every((clause) => before[clause] === after[clause]);
}

/** Null where a foreign table would be of another server, or its options are not understood. */
function changeServer(before: Table, after: Table): readonly Step[] | null {
  if (before.server === after.server) return [];
  const [then, now] = [serverFrom(before.server), serverFrom(after.server)];
  if (now === null || then?.server !== now.server) return null;
  return foreignOptionChanges(then.options, now.options).map((what) =>
    step('setting', `ALTER FOREIGN TABLE ${after.name} ${what}`, {}),
  );
}

/** Null where the order of parents would be another, which PostgreSQL keeps. */
function changeParents(before: Table, after: Table): readonly Step[] | null {
  const steps: Step[] = [];
  const [then, now] = [before.partitionOf, after.partitionOf];
  if (then?.parent !== now?.parent || then?.bound !== now?.bound) {
    if (then !== null) steps.push(detach(before, then));
    if (now !== null) steps.push(attach(after, now));
  }
  const kept = before.inherits.filter((parent) => after.inherits.includes(parent));
  const added = after.inherits.filter((parent) => !before.inherits.includes(parent));
  if ([...kept, ...added].join() !== after.inherits.join()) return null;
  const { name } = after;
  return [
    ...steps,
    ...before.inherits
      .filter((parent) => !kept.includes(parent))
      .map((parent) =>
        step('detach', `ALTER TABLE ${name} NO INHERIT ${parent}`, {
          makes: [`${name}#free`],
          frees: mentionsOf('', parent, shapeHandle(parent)),
        }),
      ),
    ...added.map((parent) =>
      step('attach', `ALTER TABLE ${name} INHERIT ${parent}`, {
        needs: mentionsOf('', parent, partsHandle(name), partsHandle(parent), shapeHandle(parent)),
      }),
    ),
  ];
}

/** The definition after the steps: columns that are new stand last. */
function asItWillBe(before: Table, after: Table, definition: string): string {
  const names = new Set(before.columns.map(({ name }) => name));
  const old = before.columns.flatMap(
    ({ name }) => after.columns.find((column) => column.name === name) ?? [],
  );
  const order = [...old, ...after.columns.filter(({ name }) => !names.has(name))];
  const linesOf = (columns: readonly Column[]): string => columns.map(({ line }) => `  ${line}`).join(',\n');
  const start = `${after.name} (\n`;
  const at = definition.indexOf(start) + start.length;
  const written = linesOf(after.columns);
  return `${definition.slice(0, at)}${linesOf(order)}${definition.slice(at + written.length)}`;
}
