import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The app as `tidegate start` runs it, in a process of its own. */
export interface AppProcess {
  readonly url: string;
  /** Undefined where it could not be started at all. */
  readonly pid: number | undefined;
  /** Asks it to end, and waits until it has. */
  stop(): Promise<void>;
}

/** The entry point: this file's own extension says whether it is built. */
const entry = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../cli.ts' : '../cli.js', import.meta.url),
);

/** Starts the app and waits until it listens. Throws, with the log's place, where it does not come up. */
export async function startApp(
  variables: Readonly<Record<string, string>>,
  logFile: string,
): Promise<AppProcess> {
  // As `npm start` has them.
  const options = ['--max-semi-space-size=4'];
  const child = spawn(process.execPath, [...options, entry, 'start'], {
    env: variables,
    stdio: ['ignore', 'pipe', 'pipe'],
    // A Ctrl-C in the terminal reaches the story alone, which then ends the app in order.
    detached: true,
  });
  child.stderr.pipe(createWriteStream(logFile));
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const url = await listening(child, ended, logFile);
  return {
    url,
    pid: child.pid,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

function listening(child: ChildProcess, ended: Promise<void>, logFile: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = '';
    child.stdout?.on('data', (part: Buffer) => {
      printed += part.toString();
      const url = /listens on (\S+)/.exec(printed)?.[1];
      if (url !== undefined) resolve(url);
    });
    void ended.then(() => reject(new Error(`the app ended before it listened; its log is ${logFile}`)));
  });
}
