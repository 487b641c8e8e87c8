import { createServer, connect, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';
import { frameReader } from './frames.ts';

/** Stands between a client and PostgreSQL and cuts the line at a chosen moment. */
export interface CuttingProxy {
  /** The server's URL with the proxy's address. */
  readonly url: string;
  /**
   * Cuts at the next simple query that is exactly `sql`: `before` the server gets it, or `after` the server has
   * answered and before the client hears of it. With `thenRefuse` nobody gets through afterwards.
   */
  cutAt(sql: string, when: 'before' | 'after', thenRefuse?: boolean): void;
  close(): Promise<void>;
}

interface Cut {
  readonly sql: string;
  readonly when: 'before' | 'after';
  readonly thenRefuse: boolean;
}

export async function startCuttingProxy(serverUrl: string): Promise<CuttingProxy> {
  const target = new URL(serverUrl);
  const sockets = new Set<Socket>();
  let cut: Cut | null = null;
  let refusing = false;

  const server = createServer((client) => {
    if (refusing) {
      client.destroy();
      return;
    }
    const upstream = connect(Number(target.port), target.hostname);
    const drop = (): void => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', drop);
      socket.on('close', () => {
        sockets.delete(socket);
        drop();
      });
    }
    let deaf = false;
    const read = frameReader(true);
    client.on('data', (chunk: Buffer) => {
      for (const { type, body, bytes } of read(chunk)) {
        if (cut !== null && type === 'Q' && body.toString('utf8', 0, body.length - 1) === cut.sql) {
          const { when, thenRefuse } = cut;
          cut = null;
          refusing = thenRefuse;
          if (when === 'before') {
            drop();
            return;
          }
          deaf = true;
        }
        upstream.write(bytes);
      }
    });
    upstream.on('data', (chunk: Buffer) => {
      if (deaf) drop();
      else client.write(chunk);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(serverUrl);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);

  return {
    url: url.href,
    cutAt: (sql, when, thenRefuse = false) => {
      cut = { sql, when, thenRefuse };
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
