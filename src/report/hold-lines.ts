import type { Hold } from '../domain/hold.ts';
import { clip } from './escape/reveal.ts';
import { listed, type Listed } from './listed.ts';
import type { Room } from './room.ts';

/** A hold, for `partials/hold`. */
export interface HoldLines {
  readonly message: string;
  readonly waysOut: Listed<string>;
  readonly issue: number | null;
}

/** What happened, and what ends it. */
export function holdLines(hold: Hold, room: Room): HoldLines {
  return {
    message: clip(hold.message, room.text),
    waysOut: listed(
      hold.waysOut.map((way) => clip(way, room.text)),
      room,
    ),
    issue: hold.issue,
  };
}
