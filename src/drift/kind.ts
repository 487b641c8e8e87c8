import type { SchemaObject } from './schema-object.ts';
import type { Step } from './step.ts';
import type { World } from './world.ts';

/** How an object is changed where it stands. */
export interface Work {
  readonly steps: readonly Step[];
  /** Its definition afterwards, where that is not yet the one wanted. */
  readonly remains?: string;
}

/** What is known of a kind of object. Null: there are no statements for this one. */
export interface Kind {
  make(object: SchemaObject, world: World): readonly Step[] | null;
  drop(object: SchemaObject, world: World): readonly Step[] | null;
  /** `anew`: only by dropping and making it. */
  change(before: SchemaObject, after: SchemaObject, world: World): Work | 'anew' | null;
  /** By which others speak of it. */
  handles(object: SchemaObject): readonly string[];
  /** Handles that it speaks of without writing them; what it goes with when that is dropped. */
  partOf?(object: SchemaObject): readonly string[];
  /** Whether it can be dropped and made again while what it is built on changes: it holds no rows of its own. */
  readonly light: boolean;
  /** Whether it keeps a column from getting another type. */
  readonly pinsColumns: boolean;
}
