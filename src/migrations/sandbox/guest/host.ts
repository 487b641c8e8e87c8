/** What the world outside QuickJS does for the guest. */
export interface GuestHost {
  /** The function that a file's code becomes. Throws its syntax errors. */
  readonly load: (path: string) => (exports: unknown, require: unknown, module: unknown) => void;
  /** Rows as JSON. */
  readonly ask: (sql: string) => Promise<string>;
}
