import type { Log } from '../ports/log.ts';

/**
 * A log of warnings and errors, as the service writes them, on standard error. What writes them is loaded for the first
 * line, since most calls of a command have none and would wait for it.
 */
export function commandLog(): Log {
  let opening: Promise<Log> | undefined;
  const write =
    (level: 'warn' | 'error') =>
    (fields: object, message: string): void => {
      opening ??= import('../service/log.ts').then(({ createLog }) => createLog('warn', []));
      void opening.then((log) => log[level](fields, message));
    };
  return { debug: nothing, info: nothing, warn: write('warn'), error: write('error') };
}

const nothing = (): void => undefined;
