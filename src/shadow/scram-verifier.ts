import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';

/**
 * Iterations slow down the guessing of a password that people chose. Ours are 24 random bytes, which nobody guesses,
 * and a login lives for one plan: 4,096, PostgreSQL's own number, would cost either side a millisecond or two for
 * each connection.
 */
const iterations = 1;

/**
 * What PostgreSQL keeps of a password (RFC 5803), for `CREATE ROLE … PASSWORD`: the server then never sees the
 * password itself. `password` must be random and of ASCII letters, digits, `-` and `_` alone; `salt` are random
 * bytes.
 */
export function scramVerifier(password: string, salt: Uint8Array): string {
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256');
  const clientKey = createHmac('sha256', salted).update('Client Key').digest();
  const storedKey = createHash('sha256').update(clientKey).digest('base64');
  const serverKey = createHmac('sha256', salted).update('Server Key').digest('base64');
  return `SCRAM-SHA-256$${iterations}:${Buffer.from(salt).toString('base64')}$${storedKey}:${serverKey}`;
}
