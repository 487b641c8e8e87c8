import { once } from 'node:events';
import { createServer, Socket, type AddressInfo } from 'node:net';
import pg from 'pg';
import { frame, frameReader } from './frames.ts';

/** A pooler in transaction mode, with one server connection for everybody: what PgBouncer does, as far as it matters. */
export async function startTransactionPooler(
  serverUrl: string,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const backend = new pg.Client(serverUrl);
  backend.on('error', () => undefined);
  await backend.connect();
  const upstream = socketOf(backend);
  upstream.removeAllListeners('data');
  const clients = new Set<Socket>();
  const waiting: { client: Socket; bytes: Buffer }[] = [];
  let owner: Socket | null = null;

  const send = (): void => {
    const next = waiting.findIndex(({ client }) => owner === null || owner === client);
    const [request] = next < 0 ? [] : waiting.splice(next, 1);
    if (request === undefined) return;
    owner = request.client;
    upstream.write(request.bytes);
    send();
  };
  const answers = frameReader(false);
  upstream.on('data', (chunk: Buffer) => {
    for (const { type, body, bytes } of answers(chunk)) {
      owner?.write(bytes);
      if (type === 'Z' && body.toString('latin1') === 'I') owner = null;
    }
    send();
  });

  const server = createServer((client) => {
    clients.add(client);
    client.on('error', () => client.destroy());
    const read = frameReader(true);
    client.on('data', (chunk: Buffer) => {
      for (const { type, bytes } of read(chunk)) {
        if (type === '') client.write(greeting());
        else if (type === 'X') client.end();
        else waiting.push({ client, bytes });
      }
      send();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(serverUrl);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    close: async () => {
      for (const client of clients) client.destroy();
      upstream.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** AuthenticationOk, a made-up BackendKeyData, ReadyForQuery. */
function greeting(): Buffer {
  return Buffer.concat([
    frame('R', Buffer.alloc(4)),
    frame('K', Buffer.from([0, 1, 2, 3, 4, 5, 6, 7])),
    frame('Z', Buffer.from('I')),
  ]);
}

function socketOf(client: pg.Client): Socket {
  const connection: unknown = Reflect.get(client, 'connection');
  const stream: unknown =
    typeof connection === 'object' && connection !== null ? Reflect.get(connection, 'stream') : null;
  if (!(stream instanceof Socket)) throw new Error('pg keeps its socket elsewhere in this version');
  return stream;
}
