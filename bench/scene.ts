import type { Log } from '../src/ports/log.ts';
import type { Stack } from '../src/service/stack.ts';
import type { Results } from './measurement.ts';
import type { Server } from './postgres.ts';

/** What a suite works with. What it opens goes onto the stack. */
export interface Scene {
  readonly server: Server;
  /** A temporary folder for the whole run. */
  readonly directory: string;
  readonly log: Log;
  readonly stack: Stack;
  readonly signal: AbortSignal;
  /** Lengths of histories. */
  readonly sizes: readonly number[];
  /** Few runs, for a look. */
  readonly isQuick: boolean;
  readonly progress: (text: string) => void;
}

export interface Suite {
  readonly name: string;
  /** One line for `--help`. */
  readonly about: string;
  run(scene: Scene): Promise<Results>;
}
