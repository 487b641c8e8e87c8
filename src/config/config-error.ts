/** One thing that is wrong with a configuration file. */
export interface ConfigProblem {
  /** The file, as it was named to the parser. */
  readonly path: string;
  /** From 1. */
  readonly line: number;
  /** Where in the file, as in `environments.prod.approvals`; empty for the file as a whole. */
  readonly key: string;
  /** The key, then what was expected, what was found, what to do. */
  readonly message: string;
}

/** A configuration that cannot be used. Holds every problem that was found, by line. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    const sorted = problems.toSorted((a, b) => a.line - b.line);
    super(sorted.map(sentence).join('\n'));
    this.problems = sorted;
  }
}

function sentence({ path, line, message }: ConfigProblem): string {
  return `${path}:${line}: ${message}`;
}
