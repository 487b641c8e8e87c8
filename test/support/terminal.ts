import type { Terminal } from '../../src/cli/terminal.ts';

/** A terminal that nobody ends, and what was said on it. */
export interface HeardTerminal {
  readonly terminal: Terminal;
  /** What was printed. */
  readonly out: () => string;
  /** What was complained of. */
  readonly err: () => string;
  /** Both, in order. */
  readonly all: () => string;
}

/** The terminal of a command with that environment, and no other. */
export function hearTerminal(variables: Terminal['variables'], workingDirectory = '/'): HeardTerminal {
  const said: { readonly text: string; readonly isComplaint: boolean }[] = [];
  const heard = (wanted: (one: { readonly isComplaint: boolean }) => boolean): string =>
    said
      .filter(wanted)
      .map(({ text }) => text)
      .join('');
  return {
    terminal: {
      variables,
      workingDirectory,
      colour: false,
      print: (text) => void said.push({ text, isComplaint: false }),
      complain: (text) => void said.push({ text, isComplaint: true }),
      ended: new Promise(() => undefined),
    },
    out: () => heard(({ isComplaint }) => !isComplaint),
    err: () => heard(({ isComplaint }) => isComplaint),
    all: () => heard(() => true),
  };
}
