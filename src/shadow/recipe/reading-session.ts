import type pg from 'pg';
import { withSession } from '../brief-session.ts';

/** Runs `work` with a session that can change nothing and finds nothing but what is PostgreSQL's own. */
export async function withReadingSession<T>(
  url: string,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  return withSession(url, work, {
    options: '-c search_path=pg_catalog -c default_transaction_read_only=on',
    application_name: 'tidegate doctor',
  });
}
