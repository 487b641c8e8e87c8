import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { expect, it, onTestFinished } from 'vitest';
import { scramVerifier } from '../../src/shadow/scram-verifier.ts';
import { databaseUrl, withClient } from '../support/postgres.ts';

it('lets in by the password that the verifier was made of, and by no other', async () => {
  const name = `verified_${randomBytes(6).toString('hex')}`;
  const password = randomBytes(24).toString('base64url');
  const asSuperuser = (sql: string): Promise<unknown> =>
    withClient(databaseUrl('postgres'), (client) => client.query(sql));
  await asSuperuser(
    `CREATE ROLE ${name} LOGIN PASSWORD ${pg.escapeLiteral(scramVerifier(password, randomBytes(16)))};
     GRANT CONNECT ON DATABASE postgres TO ${name}`,
  );
  onTestFinished(async () => {
    await asSuperuser(`REVOKE CONNECT ON DATABASE postgres FROM ${name}; DROP ROLE ${name}`);
  });
  const enter = (by: string): Promise<unknown> => {
    const url = new URL(databaseUrl('postgres'));
    [url.username, url.password] = [name, by];
    return withClient(url.href, (client) => client.query('SELECT 1'));
  };
  await enter(password);
  await expect(enter(`${password}x`)).rejects.toThrow('password authentication failed');
});
