import pg from 'pg';

/**
 * Runs `work` with a session that can change nothing and finds nothing but what is PostgreSQL's own. Questions that
 * are asked at once are sent at once. Nobody waits for the session's end.
 */
export async function withReadingSession<T>(
  url: string,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: 15_000,
    options: '-c search_path=pg_catalog -c default_transaction_read_only=on',
    application_name: 'tidegate doctor',
    pipeline: true,
  });
  // What breaks it fails what is asked next; without a listener it would end the process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    client.end().catch(() => undefined);
  }
}
