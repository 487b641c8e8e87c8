import type { IgnoredChange, IgnoredObjects } from '../domain/drift.ts';
import type { SchemaChange } from '../domain/schema-diff.ts';

/** The changes that rules leave alone today, and the rest. */
export function withoutIgnored(
  changes: readonly SchemaChange[],
  rules: readonly IgnoredObjects[],
  now: Date,
): { readonly rest: readonly SchemaChange[]; readonly ignored: readonly IgnoredChange[] } {
  const counting = rules.filter((rule) => !isEnded(rule, now));
  const ignored: IgnoredChange[] = [];
  const rest: SchemaChange[] = [];
  for (const one of changes) {
    const rule = counting.find(({ objects }) => isAbout(objects, one));
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
function isAbout(pattern: string, { kind, name }: SchemaChange): boolean {
  const [, whole] =
    /^(?:.* on |(?:table|view|sequence|index|column|function|type|schema) )(.+)$/s.exec(name) ?? [];
  const names = [name, `${kind} ${name}`, ...(whole === undefined ? [] : [whole])];
  return names.some((one) => isLike(pattern, one));
}

/** `*` stands for anything. Asked part by part, so that no pattern takes long. */
function isLike(pattern: string, text: string): boolean {
  const [first = '', ...others] = pattern.split('*');
  const last = others.pop();
  if (last === undefined) return pattern === text;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const part of others) {
    const found = text.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}
