import type { Terminal } from '../../src/cli/terminal.ts';
import { hearTerminal } from '../support/terminal.ts';
import type { World } from '../support/world.ts';

/** Runs a command about the repository of a world, as on its server; gives its exit status and all that it printed. */
export async function runCommand(
  { variables }: Pick<World, 'variables'>,
  command: (args: readonly string[], terminal: Terminal) => Promise<number>,
  ...args: readonly string[]
): Promise<{ readonly status: number; readonly out: string }> {
  const { terminal, all } = hearTerminal(variables);
  const status = await command(['--repository', 'acme/shop', ...args], terminal);
  return { status, out: all() };
}
