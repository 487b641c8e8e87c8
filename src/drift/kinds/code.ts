import type { Kind } from '../kind.ts';
import type { SchemaObject } from '../schema-object.ts';
import { mentionsOf } from '../sql/mentions.ts';
import { inParentheses, part, placeOf, splitAt, stretchOf, written, type Stretch } from '../sql/text.ts';
import { step } from '../step.ts';
import { ownedCodeOf, ownerSteps } from './owned.ts';

/** Functions and procedures: replaced where what others call stays as it is, else dropped and made. */
export function code(word: 'FUNCTION' | 'PROCEDURE'): Kind {
  return {
    make: (object) => {
      const found = codeOf(object, word);
      const owner =
        found === null ? null : ownerSteps(`${word} ${object.name}`, '', found.owner, handleOf(object));
      if (found === null || owner === null) return null;
      return [
        step('code', found.main, { makes: handlesOf(object), needs: mentionsOf(found.main) }),
        ...owner,
      ];
    },
    drop: (object) => {
      const found = codeOf(object, word);
      if (found === null) return null;
      const frees = mentionsOf(found.main);
      return [step('dropCode', `DROP ${word} ${object.name}`, { drops: handlesOf(object), frees })];
    },
    change: (before, after) => {
      const [then, now] = [codeOf(before, word), codeOf(after, word)];
      if (then === null || now === null) return null;
      if (!isReplaceable(then.header, now.header)) return 'anew';
      const owner = ownerSteps(`${word} ${after.name}`, then.owner, now.owner, handleOf(after));
      if (owner === null) return null;
      const replace = step('code', now.main, {
        makes: handlesOf(after),
        frees: mentionsOf(then.main),
        needs: mentionsOf(now.main),
      });
      return { steps: [...(then.main === now.main ? [] : [replace]), ...owner] };
    },
    handles: (object) => handlesOf(object),
    light: true,
    pinsColumns: true,
  };
}

function handleOf({ kind, name }: SchemaObject): string {
  return `${kind} ${name}`;
}

/** Calls name no types: all functions of a name are one. */
export function handlesOf(object: SchemaObject): readonly string[] {
  const stretch = stretchOf(object.name);
  const open = stretch?.tokens.find(({ text, kind }) => text === '(' && kind === 'mark');
  return [object.name.slice(0, open?.start), handleOf(object)];
}

interface Header {
  /** Each with its default apart. */
  readonly inputs: readonly { readonly is: string; readonly hasDefault: boolean }[];
  readonly result: string;
  readonly window: boolean;
}

interface Code {
  readonly main: string;
  readonly owner: string;
  readonly header: Header;
}

function codeOf(object: SchemaObject, word: string): Code | null {
  const owned = ownedCodeOf(object, `${word} ${object.name}`);
  const stretch = owned === null ? null : stretchOf(owned.main);
  const [called = ''] = handlesOf(object);
  const start = `CREATE OR REPLACE ${word} ${called}(`;
  if (owned === null || stretch === null || !owned.main.startsWith(start)) return null;
  const open = stretch.tokens.findIndex((token) => token.start === start.length - 1);
  const inputs = inParentheses(stretch, open);
  if (inputs === null) return null;
  const rest = part(stretch, inputs.after);
  const language = placeOf(rest, ['LANGUAGE', 'TRANSFORM', 'WINDOW', 'IMMUTABLE', 'STABLE']);
  return {
    ...owned,
    header: {
      inputs: splitAt(inputs.inner, ',').map(inputOf),
      result: written(part(rest, 0, language)),
      window: placeOf(rest, ['WINDOW']) < rest.tokens.length,
    },
  };
}

function inputOf(input: Stretch): { is: string; hasDefault: boolean } {
  const at = placeOf(input, ['DEFAULT']);
  return { is: written(part(input, 0, at)), hasDefault: at < input.tokens.length };
}

/** OR REPLACE keeps kind, names, types and result, and takes no default away. */
function isReplaceable(before: Header, after: Header): boolean {
  if (before.result !== after.result || before.window !== after.window) return false;
  if (before.inputs.length !== after.inputs.length) return false;
  return before.inputs.every(({ is, hasDefault }, index) => {
    const now = after.inputs[index];
    return now?.is === is && (now.hasDefault || !hasDefault);
  });
}
