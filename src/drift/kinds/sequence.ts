import type { Kind } from '../kind.ts';
import type { SchemaObject } from '../schema-object.ts';
import { mentionsOf } from '../sql/mentions.ts';
import { part, partsOfName, placeOf, written } from '../sql/text.ts';
import { step, type Step } from '../step.ts';
import type { World } from '../world.ts';
import { ownedOf, ownerSteps } from './owned.ts';

interface Sequence {
  readonly unlogged: boolean;
  /** `AS integer`, `START WITH 1`, `NO CYCLE`, …, each a clause of CREATE and of ALTER SEQUENCE. */
  readonly clauses: readonly string[];
  /** The column that it goes with; empty where it stands alone. */
  readonly ownedBy: string;
  readonly owner: string;
}

/** Sequences that are no identity column's. Which column one goes with is said when both are there. */
export const sequence: Kind = {
  make: (object, world) => {
    const found = sequenceOf(object);
    if (found === null) return null;
    const owner = ownerSteps(`SEQUENCE ${object.name}`, '', ownerFor(found, world), object.name);
    if (owner === null) return null;
    const sql = `CREATE ${found.unlogged ? 'UNLOGGED ' : ''}SEQUENCE ${object.name} ${found.clauses.join(' ')}`;
    const make = step('makeType', sql, { makes: handlesOf(object), needs: mentionsOf(sql) });
    return [make, ...owner, ...(found.ownedBy === '' ? [] : [ownedBy(object.name, '', found.ownedBy)])];
  },
  drop: (object, world) => {
    const column = sequenceOf(object)?.ownedBy ?? '';
    if (column !== '' && world.isGone(column)) return [];
    const sql = `DROP SEQUENCE ${object.name}`;
    return [step('dropRelation', sql, { drops: handlesOf(object), frees: mentionsOf(object.definition) })];
  },
  change: (before, after, world) => {
    const [then, now] = [sequenceOf(before), sequenceOf(after)];
    if (then === null || now === null || !holdsStart(then, now)) return null;
    const isBound = now.ownedBy !== '' && now.ownedBy === then.ownedBy;
    const wanted = isBound ? then.owner : ownerFor(now, world);
    // To whoever made a new table it cannot be given: the table is given to its owner first.
    const waits = wanted === '' && then.owner !== '';
    const owner = ownerSteps(`SEQUENCE ${after.name}`, then.owner, waits ? now.owner : wanted, after.name);
    if (owner === null) return null;
    const alter = (what: string): Step =>
      step('change', `ALTER SEQUENCE ${after.name} ${what}`, { needs: mentionsOf('', after.name) });
    const differs = now.clauses.some((clause) => !then.clauses.includes(clause));
    const steps = [
      // Its type decides its bounds, so all is said together.
      ...(differs ? [alter(now.clauses.join(' '))] : []),
      ...(then.unlogged === now.unlogged ? [] : [alter(`SET ${now.unlogged ? 'UNLOGGED' : 'LOGGED'}`)]),
    ];
    const rank = waits ? 'bind' : 'setting';
    const bound = then.ownedBy === now.ownedBy ? [] : [ownedBy(after.name, then.ownedBy, now.ownedBy, rank)];
    return { steps: [...steps, ...(now.ownedBy === '' ? [...bound, ...owner] : [...owner, ...bound])] };
  },
  handles: (object) => handlesOf(object),
  light: false,
  pinsColumns: false,
};

function handlesOf({ name }: SchemaObject): readonly string[] {
  return [name, `sequence ${name}`];
}

/**
 * Whose it has to be at the time: one that goes with a column has its table's owner, and gets a new one together with
 * the table.
 */
function ownerFor({ ownedBy: column, owner }: Sequence, { tablesBefore, isGone }: World): string {
  if (column === '') return owner;
  const table = partsOfName(column).slice(0, -1).join('.');
  return isGone(table) ? '' : (tablesBefore.get(table)?.owner ?? '');
}

function ownedBy(name: string, before: string, after: string, rank: 'setting' | 'bind' = 'setting'): Step {
  return step(rank, `ALTER SEQUENCE ${name} OWNED BY ${after === '' ? 'NONE' : after}`, {
    frees: mentionsOf(before),
    needs: mentionsOf(after, name),
  });
}

/** Whether one that has not counted yet may stay where it is: where it is otherwise is not known here. */
function holdsStart(before: Sequence, after: Sequence): boolean {
  const number = ({ clauses }: Sequence, word: string): bigint =>
    BigInt(/-?\d+$/.exec(clauses.find((clause) => clause.startsWith(word)) ?? '')?.[0] ?? 0);
  const start = number(before, 'START');
  return number(after, 'MINVALUE') <= start && start <= number(after, 'MAXVALUE');
}

const words = ['AS', 'START', 'INCREMENT', 'MINVALUE', 'MAXVALUE', 'CACHE', 'CYCLE', 'OWNED'];

function sequenceOf(object: SchemaObject): Sequence | null {
  const owned = ownedOf(object, `SEQUENCE ${object.name}`);
  if (owned === null || owned.more.length > 0 || owned.notes.length > 0) return null;
  const start = /^CREATE (UNLOGGED )?SEQUENCE /.exec(object.definition);
  if (start === null || !object.definition.startsWith(`${object.name} `, start[0].length)) return null;
  const clauses: string[] = [];
  let rest = part(owned.main, placeOf(owned.main, words));
  while (rest.tokens.length > 0) {
    const end = 1 + placeOf(part(rest, 1), words);
    clauses.push(written(part(rest, 0, end)));
    rest = part(rest, end);
  }
  const column = clauses.find((clause) => clause.startsWith('OWNED BY '))?.slice('OWNED BY '.length) ?? '';
  const settings = clauses.filter((clause) => !clause.startsWith('OWNED'));
  const cycles = settings.includes('CYCLE') ? settings : [...settings, 'NO CYCLE'];
  return { unlogged: start[1] !== undefined, clauses: cycles, ownedBy: column, owner: owned.owner };
}
