import type { Kind } from '../kind.ts';
import type { SchemaObject } from '../schema-object.ts';
import { mentionsOf } from '../sql/mentions.ts';
import { part, placeOf, reads, written, type Stretch } from '../sql/text.ts';
import { step, type Step } from '../step.ts';
import { ownedOf, ownerSteps } from './owned.ts';

interface Domain {
  readonly base: string;
  readonly default: string;
  readonly notNull: boolean;
  readonly constraints: ReadonlyMap<string, string>;
  readonly main: Stretch;
  readonly owner: string;
}

/** Everything of a domain but its base type can be changed in place. */
export const domain: Kind = {
  make: (object) => {
    const found = domainOf(object);
    const owner = found === null ? null : ownerSteps(`DOMAIN ${object.name}`, '', found.owner, object.name);
    if (found === null || owner === null) return null;
    const [inline, later] = [
      [...found.constraints].filter(isInline),
      [...found.constraints].filter((one) => !isInline(one)),
    ];
    const sql = [
      `CREATE DOMAIN ${object.name} AS ${found.base}`,
      found.default === '' ? '' : `DEFAULT ${found.default}`,
      found.notNull ? 'NOT NULL' : '',
      ...inline.map(([name, text]) => `CONSTRAINT ${name} ${text}`),
    ].filter((clause) => clause !== '');
    return [
      step('makeType', sql.join(' '), { makes: handlesOf(object), needs: mentionsOf(sql.join(' ')) }),
      ...later.map(([name, text]) => alterDomain(object, `ADD CONSTRAINT ${name} ${text}`)),
      ...owner,
    ];
  },
  drop: (object) => [
    step('dropType', `DROP DOMAIN ${object.name}`, {
      drops: handlesOf(object),
      frees: mentionsOf(object.definition),
    }),
  ],
  change: (before, after) => {
    const [then, now] = [domainOf(before), domainOf(after)];
    if (then === null || then.base !== now?.base) return null;
    const owner = ownerSteps(`DOMAIN ${after.name}`, then.owner, now.owner, after.name);
    return owner === null ? null : { steps: [...changes(after, then, now), ...owner] };
  },
  handles: (object) => handlesOf(object),
  light: false,
  pinsColumns: false,
};

function changes(object: SchemaObject, then: Domain, now: Domain): readonly Step[] {
  const steps: Step[] = [];
  if (then.default !== now.default) {
    steps.push(
      alterDomain(object, now.default === '' ? 'DROP DEFAULT' : `SET DEFAULT ${now.default}`, then.default),
    );
  }
  if (then.notNull !== now.notNull)
    steps.push(alterDomain(object, `${now.notNull ? 'SET' : 'DROP'} NOT NULL`));
  const valid = [...then.constraints].filter(
    ([name, text]) => text === `${now.constraints.get(name) ?? ''} NOT VALID`,
  );
  const isKept = (name: string): boolean =>
    then.constraints.get(name) === now.constraints.get(name) || valid.some(([other]) => other === name);
  for (const [name, text] of then.constraints) {
    if (!isKept(name))
      steps.push(alterDomain(object, `DROP CONSTRAINT ${name}`, text, [], [constraintOf(object, name)]));
  }
  for (const [name, text] of now.constraints) {
    if (!isKept(name))
      steps.push(alterDomain(object, `ADD CONSTRAINT ${name} ${text}`, '', [constraintOf(object, name)]));
  }
  return [...steps, ...valid.map(([name]) => alterDomain(object, `VALIDATE CONSTRAINT ${name}`))];
}

function alterDomain(
  { name }: SchemaObject,
  what: string,
  old = '',
  makes: readonly string[] = [],
  drops: readonly string[] = [],
): Step {
  return step('change', `ALTER DOMAIN ${name} ${what}`, {
    makes,
    drops,
    frees: mentionsOf(old),
    needs: mentionsOf(what, name),
  });
}

function constraintOf({ name }: SchemaObject, constraint: string): string {
  return `constraint ${constraint} on ${name}`;
}

function handlesOf({ name }: SchemaObject): readonly string[] {
  return [name, `domain ${name}`];
}

function isInline([, text]: readonly [string, string]): boolean {
  return !text.endsWith(' NOT VALID');
}

/** Null where it is not as our catalog writes one. A collation goes with the type. */
function domainOf(object: SchemaObject): Domain | null {
  const owned = ownedOf(object, `DOMAIN ${object.name}`);
  if (owned === null || owned.more.length > 0 || owned.notes.length > 0) return null;
  const start = `CREATE DOMAIN ${object.name} AS `;
  if (!written(owned.main).startsWith(start)) return null;
  const at = owned.main.tokens.findIndex((token) => token.start === start.length);
  let rest = part(owned.main, at);
  const base = placeOf(rest, ['DEFAULT', 'NOT', 'CONSTRAINT']);
  const constraintsAt = placeOf(rest, ['CONSTRAINT']);
  const constraints = constraintsOf(part(rest, constraintsAt));
  const middle = part(rest, base, constraintsAt);
  const found = { base: written(part(rest, 0, base)), default: '', notNull: false };
  rest = middle;
  if (reads(rest, rest.tokens.length - 2, 'NOT', 'NULL')) {
    found.notNull = true;
    rest = part(rest, 0, -2);
  }
  if (reads(rest, 0, 'DEFAULT')) {
    found.default = written(part(rest, 1));
    rest = part(rest, rest.tokens.length);
  }
  if (rest.tokens.length > 0 || constraints === null) return null;
  return { ...found, constraints, main: owned.main, owner: owned.owner };
}

function constraintsOf(stretch: Stretch): ReadonlyMap<string, string> | null {
  const found = new Map<string, string>();
  let rest = stretch;
  while (rest.tokens.length > 0) {
    const end = 1 + placeOf(part(rest, 1), ['CONSTRAINT']);
    if (!reads(rest, 0, 'CONSTRAINT') || !reads(rest, 2, 'CHECK')) return null;
    found.set(rest.tokens[1]?.text ?? '', written(part(rest, 2, end)));
    rest = part(rest, end);
  }
  return found;
}
