import pg from 'pg';

/**
 * Runs `work` with a session that is closed afterwards. A server that ends it meanwhile (a restart, a termination)
 * fails what is asked next: without a listener that would end the process.
 */
export async function withSession<T>(
  url: string,
  work: (client: pg.Client) => Promise<T>,
  more: pg.ClientConfig = {},
): Promise<T> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 15_000, ...more });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
