/** A migration that makes a schema what it was, as a file of node-pg-migrate's SQL style. */
export interface ReverseFile {
  readonly path: string;
  readonly text: string;
}

export interface ReverseStatements {
  /** Take back what was done. */
  readonly up: readonly string[];
  /** Do it again; null where that has no proven statements. */
  readonly down: readonly string[] | null;
}

/** Statements as they stand in a file, each ended; they come without a semicolon of their own. */
export function reverseFile(path: string, { up, down }: ReverseStatements): ReverseFile {
  const downPart = down === null ? [] : ['', '-- Down Migration', ...down.map(ended)];
  return { path, text: `${['-- Up Migration', ...up.map(ended), ...downPart].join('\n')}\n` };
}

function ended(statement: string): string {
  // A line comment at the end would swallow the semicolon.
  return /--[^\n]*$/.test(statement) ? `${statement}\n;` : `${statement};`;
}
