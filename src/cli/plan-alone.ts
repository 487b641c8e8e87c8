import { planCommand } from './plan-command.ts';
import { runCommand } from './run-command.ts';
import type { Terminal } from './terminal.ts';

/** Runs `tidegate plan`, with no other command's code at hand. Returns the exit status. */
export function run([, ...args]: readonly string[], terminal: Terminal): Promise<number> {
  return runCommand(() => Promise.resolve(planCommand), args, terminal);
}
