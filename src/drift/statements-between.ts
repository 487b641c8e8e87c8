import type { SchemaChange } from '../domain/schema-diff.ts';
import { settle } from './anew.ts';
import { byWhoever } from './by-whoever.ts';
import { itemsOf, type Item } from './items.ts';
import type { SchemaObject } from './schema-object.ts';
import { broughtDown } from './left.ts';
import { inOrder } from './order.ts';
import type { Works } from './plan.ts';
import { settled } from './sql/settle.ts';
import type { Step } from './step.ts';

/** DDL between two schemas. */
export interface Statements {
  /** In an order that runs, without semicolons. An enum's new value can be used only after it is committed. */
  readonly statements: readonly string[];
  /** What still differs after them, as changes from then on. */
  readonly left: readonly SchemaChange[];
}

/**
 * The DDL that makes each object of `changes` what it is after: complete, or what it has no statements for is left.
 * `standing` is what the schema holds before, whole: what is built on an object that has to be made anew is made anew
 * with it. Never CASCADE, never a rename. The rows are not looked at.
 */
export function statementsBetween(
  changes: readonly SchemaChange[],
  standing: readonly SchemaObject[],
): Statements {
  const all = itemsOf(changes, standing);
  const left = new Set<string>();
  for (;;) {
    // What is left stays as it is before, and others are built on that.
    const items = all.map((item) =>
      left.has(item.key) ? { ...item, after: item.before, change: null } : item,
    );
    const found = settle(items);
    const more = 'impossible' in found ? found.impossible : failing(all, found.works, left);
    if (more.size === 0 && 'works' in found) {
      const order = inOrder(stepsOf(found.works));
      if ('steps' in order) return statementsOf(all, found.works, left, order.steps);
      for (const key of inCircle(all, found.works, order.circle, left)) left.add(key);
      continue;
    }
    for (const key of more) left.add(key);
  }
}

function failing(items: readonly Item[], works: Works, left: ReadonlySet<string>): ReadonlySet<string> {
  const impossible = new Set([...works].filter(([, work]) => work === null).map(([key]) => key));
  return impossible.size > 0 ? impossible : broughtDown(items, works, left);
}

function stepsOf(works: Works): readonly Step[] {
  return [...works.values()].flatMap((work) => (work === null || work === 'anew' ? [] : work.steps));
}

/** The changes that wait for each other; all of them where only what is made anew for them does. */
function inCircle(
  items: readonly Item[],
  works: Works,
  circle: readonly Step[],
  left: ReadonlySet<string>,
): readonly string[] {
  const steps = new Set(circle);
  const open = items.filter(({ key, change }) => change !== null && !left.has(key));
  const waiting = open.filter(({ key }) => {
    const work = works.get(key);
    return (
      work !== undefined && work !== null && work !== 'anew' && work.steps.some((step) => steps.has(step))
    );
  });
  return (waiting.length > 0 ? waiting : open).map(({ key }) => key);
}

function statementsOf(
  items: readonly Item[],
  works: Works,
  left: ReadonlySet<string>,
  steps: readonly Step[],
): Statements {
  const changes = items.flatMap(({ key, change }): SchemaChange[] => {
    if (change === null) return [];
    if (left.has(key)) return [change];
    const work = works.get(key);
    const remains = work === undefined || work === null || work === 'anew' ? undefined : work.remains;
    return remains === undefined ? [] : [{ ...change, change: 'changed', before: remains }];
  });
  return { statements: steps.map(({ sql }) => byWhoever(settled(sql))), left: changes };
}
