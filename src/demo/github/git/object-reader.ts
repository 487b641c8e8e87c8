import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import type { Sha } from '../model.ts';
import { gitEnvironment, gitSettings, type GitRun } from './run.ts';

export interface ObjectHeader {
  readonly sha: Sha;
  readonly type: string;
  /** In bytes. */
  readonly size: number;
}

/** Objects and refs of one repository, asked of one git that stays. */
export interface ObjectReader {
  /** The object that a name means, in git's notation (`refs/heads/main^{commit}`); undefined where there is none. */
  header(name: string): Promise<ObjectHeader | undefined>;
  /** The bytes of the object that a name means; undefined where there is none. */
  content(name: string): Promise<Buffer | undefined>;
  /** Ends its git; a question after that starts another. */
  close(): void;
}

interface Found {
  readonly header: ObjectHeader;
  readonly content: Buffer;
}

interface Question {
  readonly wantsContent: boolean;
  readonly resolve: (found: Found | undefined) => void;
  readonly reject: (error: Error) => void;
}

/** What is asked by an object's id alone has one answer for ever. */
const lasting = /^[0-9a-f]{40}(\^\{\w+\})?$/;
/** No ref has them in its name, and one question is one line. */
const unaskable = /[\u0000-\u001f\u007f]/;

/**
 * Reads by `git cat-file --batch-command`. A git for each question took nine tenths of the time of an answer, and
 * the processors of whatever else was being measured.
 */
export function objectReader({
  directory,
  searchPath,
}: Pick<GitRun, 'directory' | 'searchPath'>): ObjectReader {
  const headers = new Map<string, ObjectHeader>();
  let open: Conversation | null = null;

  const ask = (command: 'info' | 'contents', name: string): Promise<Found | undefined> => {
    if (unaskable.test(name)) return Promise.resolve(undefined);
    open ??= converse({ directory, searchPath }, () => (open = null));
    return open.ask(command, name);
  };
  return {
    async header(name) {
      const known = headers.get(name);
      if (known !== undefined) return known;
      const header = (await ask('info', name))?.header;
      if (header !== undefined && lasting.test(name)) headers.set(name, header);
      return header;
    },
    content: async (name) => (await ask('contents', name))?.content,
    close() {
      open?.end();
      open = null;
    },
  };
}

interface Conversation {
  ask(command: 'info' | 'contents', name: string): Promise<Found | undefined>;
  end(): void;
}

function converse(place: Pick<GitRun, 'directory' | 'searchPath'>, ended: () => void): Conversation {
  const child: ChildProcessWithoutNullStreams = spawn(
    'git',
    [...gitSettings, 'cat-file', '--batch-command'],
    { cwd: place.directory, env: gitEnvironment(place), stdio: 'pipe' },
  );
  const waiting: Question[] = [];
  const read = answers(waiting);
  const over = (error: Error): void => {
    ended();
    for (const { reject } of waiting.splice(0)) reject(error);
  };
  child.stdout.on('data', read);
  // It says there that a name means an object of another type; the answer says that as well.
  child.stderr.resume();
  child.stdin.on('error', () => undefined);
  child.on('error', over);
  child.on('close', () => over(new Error('the git that reads objects has ended')));
  return {
    ask: (command, name) =>
      new Promise((resolve, reject) => {
        waiting.push({ wantsContent: command === 'contents', resolve, reject });
        child.stdin.write(`${command} ${name}\n`);
      }),
    end: () => child.stdin.end(),
  };
}

/** Takes git's output as it comes and answers the questions in their order. */
function answers(waiting: Question[]): (chunk: Buffer) => void {
  let chunks: Buffer[] = [];
  let length = 0;
  /** So much must have come before it is worth another look. */
  let needed = 0;
  const take = (bytes: Buffer, question: Question): number | null => {
    const lineEnd = bytes.indexOf(0x0a);
    if (lineEnd === -1) return null;
    const header = parseHeader(bytes.toString('utf8', 0, lineEnd));
    if (header === undefined || !question.wantsContent) {
      question.resolve(header === undefined ? undefined : { header, content: Buffer.alloc(0) });
      return lineEnd + 1;
    }
    const end = lineEnd + 1 + header.size;
    if (bytes.length <= end) {
      needed = end + 1;
      return null;
    }
    question.resolve({ header, content: Buffer.from(bytes.subarray(lineEnd + 1, end)) });
    return end + 1;
  };
  return (chunk) => {
    chunks.push(chunk);
    length += chunk.length;
    if (length < needed) return;
    needed = 0;
    let bytes = Buffer.concat(chunks);
    for (let question = waiting[0]; question !== undefined; question = waiting[0]) {
      const taken = take(bytes, question);
      if (taken === null) break;
      waiting.shift();
      bytes = bytes.subarray(taken);
    }
    chunks = [bytes];
    length = bytes.length;
  };
}

/** `<id> <type> <size>`; of what is not there `<name> missing` or `ambiguous`. */
function parseHeader(line: string): ObjectHeader | undefined {
  const [, sha, type, size] = /^([0-9a-f]{40}) (blob|tree|commit|tag) (\d+)$/.exec(line) ?? [];
  if (sha === undefined || type === undefined || size === undefined) return undefined;
  return { sha, type, size: Number(size) };
}
