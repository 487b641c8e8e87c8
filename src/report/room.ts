/** How much a document may show: GitHub refuses what is too long, so less is shown, in this order. */
export interface Room {
  /** Rows of a table, entries of a list. */
  readonly items: number;
  /** Length of a sentence in UTF-16 units. */
  readonly text: number;
  /** Bytes of SQL and diff together. */
  readonly code: number;
}

/** Room for everything, for pages and terminals. */
export const allRoom: Room = { items: Infinity, text: Infinity, code: Infinity };

const steps: readonly Omit<Room, 'code'>[] = [
  { items: 200, text: 2000 },
  { items: 50, text: 600 },
  { items: 15, text: 300 },
  { items: 5, text: 120 },
];

const triesEach = 6;

/**
 * The fullest document of at most `limit` bytes: SQL and diff are cut first, then lists and sentences; where
 * even the least does not fit, `least`.
 */
export function fit(limit: number, render: (room: Room) => string, least: string): string {
  for (const [index, step] of steps.entries()) {
    const leastCode = index === steps.length - 1 ? 0 : limit / 4;
    const document = fitCode(limit, leastCode, (code) => render({ ...step, code }));
    if (document !== null) return document;
  }
  return least;
}

/** Gives code less room by what was too much; null where that would leave less than `leastCode`. */
function fitCode(limit: number, leastCode: number, render: (code: number) => string): string | null {
  let code = limit;
  for (let tries = 0; tries < triesEach; tries += 1) {
    const document = render(code);
    const over = Buffer.byteLength(document) - limit;
    if (over <= 0) return document;
    if (code <= leastCode) return null;
    code = Math.max(leastCode, Math.floor(code - over - limit / 50));
  }
  const document = render(leastCode);
  return Buffer.byteLength(document) <= limit ? document : null;
}
