import type { Kind, Work } from '../kind.ts';
import type { SchemaObject } from '../schema-object.ts';
import { mentionsOf } from '../sql/mentions.ts';
import { inParentheses, part, splitAt, written } from '../sql/text.ts';
import { step, type Step } from '../step.ts';
import type { World } from '../world.ts';
import { ownedOf, ownerSteps } from './owned.ts';

interface Operator {
  readonly sql: string;
  /** Options by their names, as they are written. */
  readonly options: ReadonlyMap<string, string>;
  readonly owner: string;
}

/** PostgreSQL links partners by itself: the first makes do with a name, and one that is dropped is let go of. */
const partners = ['COMMUTATOR', 'NEGATOR'];
/** What ALTER OPERATOR changes in every version. */
const estimators = ['RESTRICT', 'JOIN'];

export const operator: Kind = {
  make: (object) => {
    const found = operatorOf(object);
    const owner =
      found === null ? null : ownerSteps(`OPERATOR ${target(object)}`, '', found.owner, handleOf(object));
    if (found === null || owner === null) return null;
    return [step('code', found.sql, { makes: handlesOf(object), needs: needsOf(found) }), ...owner];
  },
  drop: (object) => {
    const found = operatorOf(object);
    const frees = found === null ? mentionsOf('') : needsOf(found);
    return [step('dropCode', `DROP OPERATOR ${target(object)}`, { drops: handlesOf(object), frees })];
  },
  change: (before, after, world): Work | 'anew' | null => {
    const [then, now] = [operatorOf(before), operatorOf(after)];
    if (then === null || now === null) return null;
    const differing = [...new Set([...then.options.keys(), ...now.options.keys()])].filter(
      (name) => then.options.get(name) !== now.options.get(name),
    );
    const owner = ownerSteps(`OPERATOR ${target(after)}`, then.owner, now.owner, handleOf(after));
    if (owner === null) return null;
    const rest = differing.filter((name) => !estimators.includes(name));
    if (!rest.every((name) => comesByItself(name, then, now, world))) return 'anew';
    const estimates = differing.filter((name) => estimators.includes(name));
    return { steps: [...setEstimators(after, now, estimates), ...owner] };
  },
  handles: (object) => handlesOf(object),
  light: false,
  pinsColumns: false,
};

function setEstimators(object: SchemaObject, now: Operator, names: readonly string[]): readonly Step[] {
  if (names.length === 0) return [];
  const list = names.map((name) => now.options.get(name) ?? `${name} = NONE`).join(', ');
  return [step('setting', `ALTER OPERATOR ${target(object)} SET (${list})`, { needs: mentionsOf(list) })];
}

/** Whether a partner's coming or going makes the difference. */
function comesByItself(name: string, then: Operator, now: Operator, { before, after }: World): boolean {
  if (!partners.includes(name)) return false;
  const [was, is] = [partnerIn(then, name), partnerIn(now, name)];
  const isIn = (objects: World['before'], partner: string): boolean =>
    [...objects.values()].some(
      ({ kind, name: other }) => kind === 'operator' && other.startsWith(`${partner}(`),
    );
  if (is === null) return was !== null && !isIn(after, was);
  return was === null && !isIn(before, is);
}

function partnerIn({ options }: Operator, name: string): string | null {
  return /^\w+ = OPERATOR\((.+)\)$/s.exec(options.get(name) ?? '')?.[1] ?? null;
}

function needsOf({ options }: Operator): Step['needs'] {
  return mentionsOf([...options].flatMap(([name, sql]) => (partners.includes(name) ? [] : [sql])).join(', '));
}

function handleOf({ name }: SchemaObject): string {
  return `operator ${name}`;
}

function handlesOf(object: SchemaObject): readonly string[] {
  return [object.name.slice(0, object.name.lastIndexOf('(')), handleOf(object)];
}

/** As DROP names it. */
function target({ name }: SchemaObject): string {
  const at = name.lastIndexOf('(');
  return `${name.slice(0, at)} ${name.slice(at)}`;
}

/** Null where it is not as our catalog writes one. */
function operatorOf(object: SchemaObject): Operator | null {
  const { name, definition } = object;
  const start = `CREATE OPERATOR ${name.slice(0, name.lastIndexOf('('))} `;
  const owned = ownedOf(object, `OPERATOR ${name.slice(0, name.lastIndexOf('('))} `);
  if (owned === null || owned.notes.length > 0 || !definition.startsWith(`${start}(`)) return null;
  const open = owned.main.tokens.findIndex((token) => token.start === start.length);
  const inside = inParentheses(owned.main, open);
  if (inside?.after !== owned.main.tokens.length) return null;
  const options = splitAt(inside.inner, ',').map(
    (option) => [option.tokens[0]?.text ?? '', written(option)] as const,
  );
  const owner = ownerIn(owned);
  return owner === null ? null : { sql: written(owned.main), options: new Map(options), owner };
}

/** `ALTER OPERATOR … OWNER TO x` names the operands between. */
function ownerIn({ more }: NonNullable<ReturnType<typeof ownedOf>>): string | null {
  const [last, ...others] = more;
  if (last === undefined) return '';
  const isOwner = /^ALTER OPERATOR .+ OWNER TO $/s.test(
    last.sql.slice(last.tokens[0]?.start, last.tokens.at(-1)?.start),
  );
  return isOwner && others.length === 0 ? written(part(last, -1)) : null;
}
