import { describe, expect, it } from 'vitest';
import { failureOf } from '../../src/database/failure.ts';
import { scrub, secretsOf } from '../../src/database/scrub.ts';

describe('scrubbing', () => {
  const cases: readonly [string, string][] = [
    ['connect to postgres://app:hunter2@db:5432/shop', 'connect to postgres://***@db:5432/shop'],
    ['postgresql://app:p@ss:w@db/shop failed', 'postgresql://***@db/shop failed'],
    ['host=db password=hunter2 user=app', 'host=db password=*** user=app'],
    [`password='with space' x`, 'password=*** x'],
    ['?user=app&password=hunter2&sslmode=require', '?user=app&password=***&sslmode=require'],
    ['Password: hunter2', 'Password: ***'],
    ['nothing to hide in user@example.org', 'nothing to hide in user@example.org'],
  ];
  for (const [text, expected] of cases) it(text, () => expect(scrub(text)).toBe(expected));

  it('removes a known secret wherever it stands, encoded or not', () => {
    const secrets = secretsOf('postgres://app:s%3Acret@db/shop');
    expect(scrub('s:cret, s%3Acret', secrets)).toBe('***, ***');
  });

  it('takes a short secret as a word alone, a long one anywhere', () => {
    expect(scrub('x marks what exists', ['x'])).toBe('*** marks what exists');
    expect(scrub('prefixcorrecthorse', ['correcthorse'])).toBe('prefix***');
  });

  it('takes the password out of an error, its detail and its context', () => {
    const error = Object.assign(new Error('no hunter2'), { detail: 'hunter2!', where: 'at hunter2' });
    expect(failureOf(error, ['hunter2']).message).toBe('no ***\nDetail: ***!\nContext: at ***');
  });
});
