import { ConfigError } from '../config/config-error.ts';
import { SettingsError } from '../service/settings-error.ts';
import { UnsafeShadow } from '../shadow/recipe/unsafe-shadow.ts';
import { UsageError, type Terminal } from './terminal.ts';

export type Command = (args: readonly string[], terminal: Terminal) => Promise<number> | number;

/** What the one who called can mend: said in words, without a stack. */
const wrongUse = [UsageError, SettingsError, ConfigError, UnsafeShadow];

/** Loads a command and runs it. Returns the exit status; what it throws is said. */
export async function runCommand(
  load: () => Promise<Command>,
  args: readonly string[],
  terminal: Terminal,
): Promise<number> {
  try {
    const command = await load();
    return await command(args, terminal);
  } catch (error) {
    if (wrongUse.some((kind) => error instanceof kind)) {
      const { message } = error as Error;
      terminal.complain(`${message}\n`);
      return 2;
    }
    terminal.complain(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    return 1;
  }
}
