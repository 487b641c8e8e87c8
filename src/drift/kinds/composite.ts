import type { Work } from '../kind.ts';
import type { SchemaObject } from '../schema-object.ts';
import { mentionsOf, speaksOf, handleOf } from '../sql/mentions.ts';
import { inParentheses, part, placeOf, splitAt, written } from '../sql/text.ts';
import { step, type Step } from '../step.ts';
import type { World } from '../world.ts';
import type { Owned } from './owned.ts';

interface Attribute {
  readonly name: string;
  readonly type: string;
}

/** Null where the type is no composite one. */
export function attributesOf({ main }: Owned): readonly Attribute[] | null {
  const list = inParentheses(main, placeOf(main, ['AS']) + 1);
  if (list === null) return null;
  return splitAt(list.inner, ',').map((line) => ({
    name: line.tokens[0]?.text ?? '',
    type: written(part(line, 1)),
  }));
}

/** Null where attributes would stand in another order, or tables hold values of the type. */
export function changeAttributes(
  object: SchemaObject,
  before: readonly Attribute[],
  after: readonly Attribute[],
  world: World,
): Work | null {
  const kept = before.filter(({ name }) => after.some((other) => other.name === name));
  const added = after.filter(({ name }) => !before.some((other) => other.name === name));
  if ([...kept, ...added].some(({ name }, index) => after[index]?.name !== name)) return null;
  const gone = before.filter((attribute) => !kept.includes(attribute));
  const retyped = after.filter(({ name, type }) =>
    kept.some((old) => old.name === name && old.type !== type),
  );
  if (gone.length + retyped.length > 0 && isHeld(object, world)) return null;
  const alter = (what: string, old = ''): Step =>
    step('change', `ALTER TYPE ${object.name} ${what}`, {
      makes: [object.name],
      frees: mentionsOf(old),
      needs: mentionsOf(what),
    });
  return {
    steps: [
      ...gone.map(({ name, type }) => alter(`DROP ATTRIBUTE ${name}`, type)),
      ...retyped.map(({ name, type }) => alter(`ALTER ATTRIBUTE ${name} TYPE ${type}`)),
      ...added.map(({ name, type }) => alter(`ADD ATTRIBUTE ${name} ${type}`)),
    ],
  };
}

/** Whether anything there before speaks of the type: what does so may hold values, or be built on an attribute. */
function isHeld({ name, kind }: SchemaObject, { before }: World): boolean {
  const handle = handleOf(name);
  return [...before.values()].some(
    (other) =>
      (other.kind !== kind || other.name !== name) &&
      other.kind !== 'comment' &&
      speaksOf(mentionsOf(other.definition), handle),
  );
}
