/**
 * The child's end of the channel: lines of JSON on standard input and output. The child is started for one
 * batch, with nothing in its environment, and ends when its input does.
 */
import { createInterface } from 'node:readline';
import type { ChildMessage, HostMessage } from './protocol.ts';

/** Asks the app a query while a task is being done. Rejects with the app's refusal. */
export type Ask = (sql: string) => Promise<readonly unknown[]>;

/** Answers tasks one after the other with what `work` makes of them. */
export async function serve(work: (task: unknown, ask: Ask) => Promise<unknown>): Promise<void> {
  const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
  const next = async (): Promise<HostMessage | null> => {
    const line = await lines.next();
    return line.done === true ? null : (JSON.parse(line.value) as HostMessage);
  };
  const ask: Ask = async (sql) => {
    send({ kind: 'ask', sql });
    const reply = await next();
    if (reply?.kind === 'rows') return reply.rows;
    throw new Error(reply?.kind === 'refused' ? reply.message : 'the app went away');
  };
  send({ kind: 'ready' });
  for (let message = await next(); message !== null; message = await next()) {
    if (message.kind === 'task') send({ kind: 'answer', value: await work(message.task, ask) });
  }
}

function send(message: ChildMessage): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}
