import type { Kind, Work } from '../kind.ts';
import type { SchemaObject } from '../schema-object.ts';
import { mentionsOf } from '../sql/mentions.ts';
import { written } from '../sql/text.ts';
import { step, type ranks } from '../step.ts';
import { ownedOf, ownerSteps } from './owned.ts';

interface PlainOptions {
  /** As DROP and ALTER … OWNER TO name the kind. */
  readonly word: string;
  readonly make: keyof typeof ranks;
  readonly drop: keyof typeof ranks;
  /** As DROP names the object, where that is not its name. */
  readonly named?: (object: SchemaObject) => string;
  /** What may stand between CREATE and the kind. */
  readonly modifier?: string;
  /** Handles beside the kind and the name. */
  readonly more?: (object: SchemaObject) => readonly string[];
  readonly light?: boolean;
}

function nameOf({ name }: SchemaObject): string {
  return name;
}

function nothing(): readonly string[] {
  return [];
}

/** Kinds whose definition is one statement that makes all of them; anything but their owner is changed by another one. */
export function plain(options: PlainOptions): Kind {
  const { word, named = nameOf, more = nothing } = options;
  const handleOf = ({ kind, name }: SchemaObject): string => `${kind} ${name}`;
  const handlesOf = (object: SchemaObject): readonly string[] => [handleOf(object), ...more(object)];
  const readOf = (object: SchemaObject): { readonly sql: string; readonly owner: string } | null => {
    const about = `${word} ${named(object)}`;
    const owned = ownedOf(object, about);
    if (owned === null || owned.more.length > 0 || owned.notes.length > 0) return null;
    const sql = written(owned.main);
    const starts = ['CREATE ', ...(options.modifier === undefined ? [] : [`CREATE ${options.modifier} `])];
    return starts.some((start) => sql.startsWith(`${start}${about} `)) ? { sql, owner: owned.owner } : null;
  };
  return {
    make: (object) => {
      const found = readOf(object);
      if (found === null) return null;
      const owner = ownerSteps(`${word} ${named(object)}`, '', found.owner, handleOf(object));
      const make = { makes: handlesOf(object), needs: mentionsOf(found.sql) };
      return owner === null ? null : [step(options.make, found.sql, make), ...owner];
    },
    drop: (object) => [
      step(options.drop, `DROP ${word} ${named(object)}`, {
        drops: handlesOf(object),
        frees: mentionsOf(object.definition),
      }),
    ],
    change: (before, after): Work | 'anew' | null => {
      const [then, now] = [readOf(before), readOf(after)];
      if (then === null || now === null) return null;
      if (then.sql !== now.sql) return 'anew';
      const steps = ownerSteps(`${word} ${named(after)}`, then.owner, now.owner, handleOf(after));
      return steps === null ? null : { steps };
    },
    handles: handlesOf,
    light: options.light ?? false,
    pinsColumns: false,
  };
}
