import type { Work } from '../kind.ts';
import type { SchemaObject } from '../schema-object.ts';
import { mentionsOf } from '../sql/mentions.ts';
import { inParentheses, placeOf, splitAt, written } from '../sql/text.ts';
import { step, type Step } from '../step.ts';
import type { Owned } from './owned.ts';

/** The labels of an enum as they are quoted; null where the type is none. */
export function labelsOf({ main }: Owned): readonly string[] | null {
  const at = placeOf(main, ['ENUM']);
  const list = inParentheses(main, at + 1);
  return list === null ? null : splitAt(list.inner, ',').map(written);
}

/**
 * Adds values in their places; null where one is gone or moved, which PostgreSQL cannot do. A value that was added is
 * not to be used before its transaction has committed.
 */
export function addValues(
  object: SchemaObject,
  before: readonly string[],
  after: readonly string[],
): Work | null {
  const kept = after.filter((label) => before.includes(label));
  if (kept.join('\n') !== before.join('\n')) return null;
  const steps = after.flatMap((label, index): Step[] => {
    if (before.includes(label)) return [];
    const [previous, next] = [
      after[index - 1],
      after.slice(index + 1).find((other) => before.includes(other)),
    ];
    const place = next === undefined ? '' : previous === undefined ? ` BEFORE ${next}` : ` AFTER ${previous}`;
    return [
      step('value', `ALTER TYPE ${object.name} ADD VALUE ${label}${place}`, {
        makes: [object.name, `value ${label} of ${object.name}`],
        needs: mentionsOf('', ...(previous === undefined ? [] : [`value ${previous} of ${object.name}`])),
      }),
    ];
  });
  return { steps };
}
