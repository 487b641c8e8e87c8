import type { Terminal } from '../../src/cli/terminal.ts';
import type { World } from '../support/world.ts';

/** Runs a command about the repository of a world, as on its server; gives its exit status and all that it printed. */
export async function runCommand(
  { variables }: World,
  command: (args: readonly string[], terminal: Terminal) => Promise<number>,
  ...args: readonly string[]
): Promise<{ readonly status: number; readonly out: string }> {
  const out: string[] = [];
  const status = await command(['--repository', 'acme/shop', ...args], {
    variables,
    workingDirectory: '/',
    colour: false,
    print: (text) => void out.push(text),
    complain: (text) => void out.push(text),
    ended: new Promise(() => undefined),
  });
  return { status, out: out.join('') };
}
