import { describe, expect, it } from 'vitest';
import { createDatabase, withClient } from '../support/postgres.ts';

describe("the tests' shared server", () => {
  it('gives a database of its own', async () => {
    await using database = await createDatabase();
    const { rows } = await withClient(database.url, (client) =>
      client.query<{ name: string; version: string }>(
        `SELECT current_database() AS name, current_setting('server_version') AS version`,
      ),
    );
    expect(rows).toEqual([{ name: database.name, version: expect.stringMatching(/^18/) as unknown }]);
  });
});
