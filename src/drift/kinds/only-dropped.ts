import type { Kind } from '../kind.ts';
import type { SchemaObject } from '../schema-object.ts';
import { mentionsOf } from '../sql/mentions.ts';
import { step } from '../step.ts';

/** Kinds whose definition does not say all of them: they can be dropped, and not be made or changed. */
export function onlyDropped(word: string, rank: 'dropCode' | 'dropSpace'): Kind {
  const handlesOf = ({ kind, name }: SchemaObject): readonly string[] => [
    `${kind} ${name}`,
    ...(kind === 'aggregate' ? [name.replace(/\(.*$/s, '')] : []),
  ];
  return {
    make: () => null,
    drop: (object) => [
      step(rank, `DROP ${word} ${object.name}`, {
        drops: handlesOf(object),
        frees: mentionsOf(object.definition),
      }),
    ],
    change: () => null,
    handles: handlesOf,
    light: false,
    pinsColumns: false,
  };
}
