import type { Kind } from '../kind.ts';
import type { SchemaObject } from '../schema-object.ts';
import { mentionsOf, wholesOf } from '../sql/mentions.ts';
import { stretchOf } from '../sql/text.ts';
import { step, type Step } from '../step.ts';
import { identified } from './identified.ts';

/** Goes with what it is about. */
export const comment: Kind = {
  make: (object) => {
    const found = commentOf(object);
    return found === null ? null : [say(found.sql, found.words, found.handle)];
  },
  drop: (object, world) => {
    const found = commentOf(object);
    if (found === null) return null;
    return world.isGone(found.handle) ? [] : [say(found.sql, 'NULL', found.handle)];
  },
  change: (_before, after) => {
    const found = commentOf(after);
    return found === null ? null : { steps: [say(found.sql, found.words, found.handle)] };
  },
  handles: () => [],
  partOf: ({ name }) => [identified(name)?.handle ?? ''],
  light: true,
  pinsColumns: false,
};

function say(sql: string, words: string, handle: string): Step {
  const about = mentionsOf('', ...wholesOf(handle));
  return step(
    'words',
    `COMMENT ON ${sql} IS ${words}`,
    words === 'NULL' ? { frees: about } : { needs: about },
  );
}

function commentOf({
  name,
  definition,
}: SchemaObject): { sql: string; handle: string; words: string } | null {
  const about = identified(name);
  const start = about === null ? '' : `COMMENT ON ${about.type.toUpperCase()} ${about.identity} IS `;
  if (about === null || !definition.startsWith(start) || !definition.endsWith(';')) return null;
  const words = definition.slice(start.length, -1);
  const tokens = stretchOf(words)?.tokens;
  return tokens?.length === 1 && tokens[0]?.kind === 'text'
    ? { sql: about.sql, handle: about.handle, words: tokens[0].text }
    : null;
}
