import { pino, type Logger } from 'pino';

/**
 * The service's log: JSON lines on standard error, so that standard output stays free for what a command
 * prints. Every string of every line is scrubbed: pino's own redaction goes by key and does not see a
 * password inside an error's message.
 */
export function createLog(level: string, secrets: readonly string[]): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      hooks: {
        streamWrite: (line) => scrubLine(line, secrets),
      },
    },
    pino.destination({ fd: 2, sync: true }),
  );
}

/** Replaces known secrets and the password of any URL; works on the line as it is written. */
export function scrubLine(line: string, secrets: readonly string[]): string {
  let scrubbed = line.replace(/([a-z][a-z0-9+.-]*:\/\/[^\s:/@"\\]*):[^\s/"\\]+@/gi, '$1:***@');
  for (const secret of secrets) {
    if (secret.length < 6) continue;
    scrubbed = scrubbed.replaceAll(secret, '***').replaceAll(JSON.stringify(secret).slice(1, -1), '***');
  }
  return scrubbed;
}
