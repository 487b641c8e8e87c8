import type { SchemaObject } from '../schema-object.ts';
import { columnHandle, mentionsOf } from '../sql/mentions.ts';
import { step, type Step } from '../step.ts';
import type { World } from '../world.ts';
import { constraintHandles, dropConstraint, ownConstraints, referenceOf } from './constraints.ts';
import { identitySequences } from './identity-sequence.ts';
import { serverHandles } from './options.ts';

/** Drops a table, and with it all that is of the table alone. Tables that refer to each other let go of that first. */
export function dropTable(object: SchemaObject, world: World): readonly Step[] {
  const { kind, name, definition } = object;
  const table = world.tablesBefore.get(name);
  const constraints = table === undefined ? [] : ownConstraints(table, world.tablesBefore);
  const mutual = constraints.filter((constraint) => {
    const to = referenceOf(constraint)?.table;
    return to !== undefined && to !== name && world.isGone(to) && refersTo(to, name, world);
  });
  const freed = mutual.reduce((text, constraint) => text.replace(constraint.text, () => ''), definition);
  return [
    ...mutual.map((constraint) => dropConstraint(name, constraint)),
    step('dropRelation', `DROP ${kind === 'table' ? 'TABLE' : 'FOREIGN TABLE'} ${name}`, {
      drops: [
        name,
        `${kind} ${name}`,
        ...constraints.flatMap((constraint) => constraintHandles(name, constraint)),
        ...(table?.columns ?? []).flatMap((column) => [
          columnHandle(name, column.name),
          ...identitySequences(name, column),
        ]),
      ],
      frees: mentionsOf(freed, ...(table === undefined ? [] : serverHandles(table))),
    }),
  ];
}

/** Whether a table's foreign keys lead to another, over however many. */
function refersTo(from: string, to: string, { tablesBefore }: World): boolean {
  const [seen, open] = [new Set<string>(), [from]];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (name === to) return true;
    if (seen.has(name)) continue;
    seen.add(name);
    open.push(...(tablesBefore.get(name)?.constraints ?? []).flatMap((one) => referenceOf(one)?.table ?? []));
  }
  return false;
}
