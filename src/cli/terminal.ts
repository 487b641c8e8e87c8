/** What a command may use of the process: only the entry point touches the process itself. */
export interface Terminal {
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly workingDirectory: string;
  readonly colour: boolean;
  print(text: string): void;
  complain(text: string): void;
  /** Resolves when the process is asked to end (SIGINT, SIGTERM or SIGHUP). */
  readonly ended: Promise<void>;
}

/** A command was called in a way that it does not understand: exit status 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
