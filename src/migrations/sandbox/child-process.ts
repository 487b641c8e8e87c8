import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { limits } from '../limits.ts';
import type { SandboxFolder } from './program.ts';
import { type ChildMessage, type HostMessage, childMessage } from './protocol.ts';
import { type Wall, confine } from './walls.ts';

export type HostAsk = (sql: string) => Promise<readonly unknown[]>;

export interface TaskOptions {
  /** Milliseconds for the task itself; the time that its queries take in the app does not count. */
  readonly deadlineMs: number;
  readonly ask?: HostAsk | undefined;
}

export type Reply =
  | { readonly kind: 'answered'; readonly value: unknown }
  /** The child is gone, or must be ended: it ran out of time, ended by itself, or talked nonsense. */
  | { readonly kind: 'stopped'; readonly why: 'deadline' | 'ended' | 'nonsense' };

export interface ChildHandle {
  do(task: unknown, options: TaskOptions, signal?: AbortSignal): Promise<Reply>;
  end(): void;
  isAlive(): boolean;
  /** What is worth saying about how it runs. */
  readonly note: string | null;
}

const startMs = 30_000;
/** What a child may say during one task: its answer in UTF-8, and its queries before. */
const mostBytes = 2 * limits.answerLength;
const mostLines = limits.queries + 1;

/**
 * Starts a child on a folder, behind that wall: nothing in its environment, no network, another account where the app is root's,
 * and of this machine's files only the folder's. Throws where it does not come up.
 */
export async function startChild(folder: SandboxFolder, wall: Wall): Promise<ChildHandle> {
  const args = [...flags(folder), folder.entry];
  const confined = confine(wall, process.execPath, args, folder.entry);
  const child = spawn(confined.command, confined.args, {
    cwd: folder.path,
    env: { TZ: 'UTC' },
    stdio: 'pipe',
    ...confined.account,
  });
  const mouth = listen(child);
  const handle = {
    do: perform(child, mouth),
    end: () => void child.kill('SIGKILL'),
    isAlive: () => child.exitCode === null && child.signalCode === null,
    note: confined.note,
  };
  const first = await mouth.next(startMs);
  if (first.kind === 'message' && first.message.kind === 'ready') return handle;
  handle.end();
  throw new Error(`The sandbox for migrations did not start: ${mouth.complaints() || 'no word from it'}`);
}

function flags(folder: SandboxFolder): string[] {
  return [
    '--permission',
    `--allow-fs-read=${folder.path}`,
    '--no-addons',
    '--disallow-code-generation-from-strings',
    '--max-old-space-size=256',
    ...(folder.nodeFlags ?? []),
  ];
}

type Heard =
  | { readonly kind: 'message'; readonly message: ChildMessage }
  | { readonly kind: 'silence'; readonly why: 'deadline' | 'ended' | 'nonsense' };

interface Mouth {
  /** The next thing that the child says, within so many milliseconds. */
  next(withinMs: number): Promise<Heard>;
  /** A task begins: what it may say is counted anew. False where it has spoken unasked before. */
  begin(): boolean;
  /** The end of what it wrote to standard error. */
  complaints(): string;
}

function listen(child: ChildProcessWithoutNullStreams): Mouth {
  const heard: Heard[] = [];
  let wake: () => void = () => undefined;
  let errors = '';
  const hear = (item: Heard): void => {
    heard.push(item);
    wake();
  };
  const countAnew = onLines(child, hear);
  child.stderr.on('data', (chunk: Buffer) => (errors = (errors + chunk.toString('utf8')).slice(-4000)));
  child.stdin.on('error', () => undefined);
  child.on('error', () => hear({ kind: 'silence', why: 'ended' }));
  child.on('close', () => hear({ kind: 'silence', why: 'ended' }));
  return {
    begin() {
      countAnew();
      return heard.length === 0;
    },
    complaints: () => errors,
    async next(withinMs) {
      const timer = setTimeout(() => hear({ kind: 'silence', why: 'deadline' }), withinMs);
      try {
        while (heard.length === 0) await new Promise<void>((resolve) => (wake = resolve));
        return heard.shift() ?? { kind: 'silence', why: 'ended' };
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

/** Hears line by line, and ends a child that says more than one task can need. Returns how to count anew. */
function onLines(child: ChildProcessWithoutNullStreams, hear: (item: Heard) => void): () => void {
  let parts: Buffer[] = [];
  let [bytes, lines] = [0, 0];
  child.stdout.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    let rest = chunk;
    for (let end = rest.indexOf(10); end >= 0 && lines < mostLines; end = rest.indexOf(10)) {
      lines += 1;
      hear(understand(Buffer.concat([...parts, rest.subarray(0, end)]).toString('utf8')));
      [parts, rest] = [[], rest.subarray(end + 1)];
    }
    parts.push(rest);
    if (bytes <= mostBytes && (lines < mostLines || rest.length === 0)) return;
    child.stdout.destroy();
    child.kill('SIGKILL');
    parts = [];
  });
  return () => void ([bytes, lines] = [0, 0]);
}

function understand(line: string): Heard {
  try {
    return { kind: 'message', message: childMessage.parse(JSON.parse(line)) };
  } catch {
    return { kind: 'silence', why: 'nonsense' };
  }
}

function perform(child: ChildProcessWithoutNullStreams, mouth: Mouth): ChildHandle['do'] {
  const tell = (message: HostMessage): void => void child.stdin.write(`${JSON.stringify(message)}\n`);
  return async (task, { deadlineMs, ask }, signal) => {
    const abort = (): void => void child.kill('SIGKILL');
    signal?.addEventListener('abort', abort, { once: true });
    try {
      if (!mouth.begin()) return { kind: 'stopped', why: 'nonsense' };
      tell({ kind: 'task', task });
      let [left, asking] = [deadlineMs, 0];
      for (;;) {
        const since = performance.now();
        const heard = await mouth.next(left);
        const heardAt = performance.now();
        left -= heardAt - since;
        if (heard.kind === 'silence') return { kind: 'stopped', why: heard.why };
        if (heard.message.kind === 'answer') return { kind: 'answered', value: heard.message.value };
        if (heard.message.kind !== 'ask') return { kind: 'stopped', why: 'nonsense' };
        tell(asking > limits.queriesMs ? tooLong : await answer(heard.message.sql, ask));
        asking += performance.now() - heardAt;
      }
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  };
}

const tooLong: HostMessage = {
  kind: 'refused',
  message: `the queries of a migration may take ${String(limits.queriesMs / 1000)} seconds together`,
};

async function answer(sql: string, ask: HostAsk | undefined): Promise<HostMessage> {
  if (ask === undefined) return { kind: 'refused', message: 'pgm.db is not available here' };
  try {
    return { kind: 'rows', rows: await ask(sql) };
  } catch (error) {
    return { kind: 'refused', message: error instanceof Error ? error.message : 'the query failed' };
  }
}
