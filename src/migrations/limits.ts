/** What a migration may be at most. Every limit is named in the message that it leads to. */
export const limits = {
  /** Bytes of a migration's file. */
  fileBytes: 1024 * 1024,
  /** Bytes of a JavaScript or TypeScript file: esbuild and QuickJS have to read it whole. */
  codeBytes: 240 * 1024,
  /** Characters of a name in the history: its column is a varchar(255). */
  nameLength: 255,
  /** Milliseconds that one migration may take to compile, the time of its queries not counted. */
  compileMs: 5_000,
  /**
   * Characters of SQL that PostgreSQL's parser may read in this process: half of what the most wasteful nesting
   * needs to take its stack.
   */
  shortSql: 2_048,
  /** Milliseconds that PostgreSQL's parser may take for one migration. */
  parseMs: 20_000,
  /** Statements of one direction of one migration. */
  statements: 20_000,
  /** Characters of SQL of one direction of one migration. */
  sqlLength: 8 * 1024 * 1024,
  /** Queries that one migration may ask while it is compiled. */
  queries: 100,
  /** Rows that one of them may return. */
  rows: 1_000,
  /** Bytes of JSON of those rows. */
  queryBytes: 1024 * 1024,
  /** Milliseconds that such a query may take. */
  queryMs: 30_000,
  /** Milliseconds that all queries of one migration may take together. */
  queriesMs: 120_000,
  /** Characters of what the code of one migration may answer: its SQL both ways, escaped. */
  answerLength: 32 * 1024 * 1024,
} as const;

/** A number of bytes for people: `1 MiB`, `240 KiB`, `17 bytes`. */
export function inBytes(count: number): string {
  if (count >= 1024 * 1024) return `${String(Math.round((count / (1024 * 1024)) * 10) / 10)} MiB`;
  if (count >= 1024) return `${String(Math.round(count / 1024))} KiB`;
  return `${String(count)} bytes`;
}
