import { columnHandle } from '../sql/mentions.ts';
import { step, type Step } from '../step.ts';
import { mentionsOf } from '../sql/mentions.ts';
import type { World } from '../world.ts';
import { isRetyped } from './change-column.ts';
import {
  addConstraint,
  columnsOf,
  constraintHandles,
  dropConstraint,
  isOf,
  ownConstraints,
  partsHandle,
  referenceOf,
} from './constraints.ts';
import { heirsOf, lastingParents } from './family.ts';
import type { Constraint, Table } from './shape.ts';

type Pair = readonly [Constraint, Constraint];

/** Adds, drops and validates constraints; null where a key cannot be given up. */
export function changeConstraints(before: Table, after: Table, world: World): readonly Step[] | null {
  const [then, now] = [ownConstraints(before, world.tablesBefore), ownConstraints(after, world.tablesAfter)];
  const pairs = then.flatMap((constraint): Pair[] => {
    const same = now.find(({ name }) => name === constraint.name);
    return same === undefined ? [] : [[constraint, same]];
  });
  const validated = pairs
    .filter(([old, fresh]) => old.text === `${fresh.text} NOT VALID`)
    .map(([, fresh]) => fresh);
  const changed = pairs.filter(
    ([old, fresh]) =>
      !validated.includes(fresh) && (old.text !== fresh.text || isBuiltOnRetyped(old, before, world)),
  );
  const removed = then.filter((constraint) => !pairs.some(([old]) => old === constraint));
  const added = now.filter((constraint) => !pairs.some(([, fresh]) => fresh === constraint));
  const proven = removed.filter((constraint) => isNowUsual(constraint, after));
  const dropped = [...removed.filter((one) => !proven.includes(one)), ...changed.map(([old]) => old)];
  const notNull = [...dropped, ...added].filter((one) => isOf(one, 'NOT NULL'));
  if (notNull.some((one) => !namedNotNull(before, after).has(notNullColumn(one)))) return null;
  // A table forgets the index that it is clustered or identified by when that is dropped.
  const named = [after.cluster, after.replica.replace('USING INDEX ', '')];
  if (changed.some(([{ name }]) => named.includes(name))) return null;
  if (dropped.some((constraint) => isHeld(constraint, after.name, world))) return null;
  return [
    ...dropped.flatMap((constraint) => drop(before, after, constraint, world)),
    ...[...validated, ...proven].map((constraint) => validate(after.name, constraint)),
    ...[...changed.map(([, fresh]) => fresh), ...added].flatMap((constraint) =>
      add(before, after, constraint, world),
    ),
  ];
}

/** Columns that are NOT NULL on one side only, by a constraint that has more to say: it makes them so. */
export function namedNotNull(before: Table, after: Table): ReadonlySet<string> {
  const [then, now] = [nullable(before), nullable(after)];
  const named = [...before.constraints, ...after.constraints].filter((one) => isOf(one, 'NOT NULL'));
  return new Set(named.map(notNullColumn).filter((column) => then.has(column) !== now.has(column)));
}

function nullable({ columns }: Table): ReadonlySet<string> {
  return new Set(columns.filter(({ notNull }) => !notNull).map(({ name }) => name));
}

export function notNullColumn({ text }: Constraint): string {
  return text.replace(/^NOT NULL /, '').replace(/ (?:NO INHERIT|NOT VALID).*$/, '');
}

/** A NOT NULL that was not valid goes without saying once it is. */
function isNowUsual(constraint: Constraint, after: Table): boolean {
  const column = after.columns.find(({ name }) => name === notNullColumn(constraint));
  return /^NOT NULL .* NOT VALID$/s.test(constraint.text) && column?.notNull === true;
}

function validate(table: string, { name }: Constraint): Step {
  return step('constraint', `ALTER TABLE ${table} VALIDATE CONSTRAINT ${name}`, {
    makes: [partsHandle(table)],
    needs: mentionsOf('', table),
  });
}

/** A key of another table is built on it and stays. */
function isHeld(constraint: Constraint, table: string, world: World): boolean {
  if (!isOf(constraint, 'PRIMARY KEY', 'UNIQUE')) return false;
  const columns = [...columnsOf(constraint)].sort().join();
  return [...world.tablesBefore.values()].some((other) =>
    other.constraints.some((key) => {
      const to = referenceOf(key);
      if (to?.table !== table || [...to.columns].sort().join() !== columns) return false;
      const now = world.tablesAfter.get(other.name)?.constraints;
      return now?.some(({ name, text }) => name === key.name && text === key.text) ?? false;
    }),
  );
}

/** A foreign key's two sides have to agree in type at every moment. */
function isBuiltOnRetyped(constraint: Constraint, table: Table, world: World): boolean {
  const to = referenceOf(constraint);
  if (to === null) return false;
  const own = columnsOf(constraint);
  return (
    own.some((name) => retypes(table.name, name, world)) ||
    to.columns.some((name) => retypes(to.table, name, world))
  );
}

function retypes(table: string, name: string, { tablesBefore, tablesAfter }: World): boolean {
  const [then, now] = [tablesBefore, tablesAfter].map((tables) =>
    tables.get(table)?.columns.find((column) => column.name === name),
  );
  return then !== undefined && now !== undefined && isRetyped(then, now);
}

/** What a parent gave goes with the parent's; a check may be the heir's own as well, which cannot be seen. */
function drop(before: Table, after: Table, constraint: Constraint, world: World): readonly Step[] {
  const parents = lastingParents(before, after, world);
  const given = parents.some((parent) =>
    parent.before.constraints.some((one) => one.text === constraint.text),
  );
  const isCheck = isOf(constraint, 'CHECK');
  if (given && !isCheck && before.partitionOf !== null) return [];
  const step = dropConstraint(before.name, constraint, given && isCheck);
  const heirs = heirsOf(before.name, world).map((heir) => `constraint ${constraint.name} on ${heir}`);
  const keys = isOf(constraint, 'PRIMARY KEY')
    ? columnsOf(constraint).map((column) => `${columnHandle(before.name, column)}#notnull`)
    : [];
  const free = [`${before.name}#free`];
  return [
    {
      ...step,
      frees: { ...step.frees, names: new Set([...step.frees.names, ...heirs, ...keys]) },
      needs: mentionsOf('', ...free),
    },
  ];
}

/** Heirs say theirs first, under the name that it shall have: the parent's then takes them for its own. */
function add(before: Table, after: Table, constraint: Constraint, world: World): readonly Step[] {
  const parents = lastingParents(before, after, world);
  const isInherited = parents.some((parent) =>
    ownConstraints(parent.before, world.tablesBefore).some(
      ({ name, text }) => name === constraint.name && text === constraint.text,
    ),
  );
  if (isInherited && isOf(constraint, 'CHECK')) return [];
  const step = addConstraint(after.name, constraint);
  const heirs = heirsOf(after.name, world).map(partsHandle);
  return [
    {
      ...step,
      needs: { ...step.needs, names: new Set([...step.needs.names, ...heirs, `${after.name}#free`]) },
    },
  ];
}

/** The handles of all constraints that a table has before and not after, or otherwise. */
export function handlesGone(before: Table, after: Table): readonly string[] {
  return before.constraints
    .filter((old) => !after.constraints.some(({ name, text }) => name === old.name && text === old.text))
    .flatMap((constraint) => constraintHandles(before.name, constraint));
}
