import type { IgnoredChange, IgnoredObjects } from '../domain/drift.ts';
import type { SchemaChange } from '../domain/schema-diff.ts';
import { isLike } from '../domain/wildcards.ts';
import { keyOf } from './world.ts';

/** The changes that rules leave alone today, and the rest; those of `meant` objects are of the rest, whatever the rules say. */
export function withoutIgnored(
  changes: readonly SchemaChange[],
  rules: readonly IgnoredObjects[],
  now: Date,
  meant: ReadonlySet<string> = new Set(),
): { readonly rest: readonly SchemaChange[]; readonly ignored: readonly IgnoredChange[] } {
  const counting = rules.filter((rule) => !isEnded(rule, now));
  const ignored: IgnoredChange[] = [];
  const rest: SchemaChange[] = [];
  for (const one of changes) {
    const rule = meant.has(keyOf(one)) ? undefined : counting.find(({ objects }) => isAbout(objects, one));
    if (rule === undefined) rest.push(one);
    else {
      const { kind, name, change } = one;
      ignored.push({ kind, name, change, reason: rule.reason, until: rule.until });
    }
  }
  return { rest, ignored };
}

/** Whether a rule counts no more: its last day has passed, everywhere. */
export function isEnded({ until }: IgnoredObjects, now: Date): boolean {
  return until < now.toISOString().slice(0, 10);
}

/** Whether a pattern is of an object: of its name, of its kind and name, or of what it is a part of. */
function isAbout(pattern: string, change: SchemaChange): boolean {
  const { kind, name } = change;
  const whole = kind === 'index' ? tableOfIndex(change) : wholeOf(name);
  const names = [name, `${kind} ${name}`, ...(whole === null ? [] : [whole])];
  if (kind === 'index' && whole !== null) names.push(`table ${whole}`);
  return names.some((one) => isLike(pattern, one));
}

/** A name may be anything between quotes, also what looks like the name of another. */
const identifier = String.raw`(?:"(?:[^"]|"")+"|[^\s"]+)`;
const partOf = new RegExp(`^(?:[a-z]+ )*?${identifier} on (.+)$`, 's');
const saidOf = /^(?:table|view|sequence|index|column|function|type|schema) (.+)$/s;
const indexOn = new RegExp(`^CREATE (?:UNIQUE )?INDEX ${identifier} ON (?:ONLY )?(.+?) USING `, 's');

function wholeOf(name: string): string | null {
  return partOf.exec(name)?.[1] ?? saidOf.exec(name)?.[1] ?? null;
}

function tableOfIndex({ before, after }: SchemaChange): string | null {
  return indexOn.exec(after ?? before ?? '')?.[1] ?? null;
}
