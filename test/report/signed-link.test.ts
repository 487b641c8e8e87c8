import { describe, expect, it } from 'vitest';
import { signLink, verifyLink } from '../../src/report/signed-link.ts';

const path = '/plans/abc';
const secret = 'a secret';
const expiresAt = new Date('2026-05-01T00:00:00Z');
const before = new Date('2026-04-30T23:59:59Z');
const signed = new URL(signLink({ path, secret, expiresAt }), 'https://tidegate.example.com');
const query = Object.fromEntries(signed.searchParams);

describe('a signed link', () => {
  it('holds until it expires', () => {
    expect(verifyLink({ path, query, secret, now: before })).toBe('valid');
    expect(verifyLink({ path, query, secret, now: expiresAt })).toBe('expired');
  });

  it.each([
    ['another path', { path: '/plans/abd' }],
    ['another secret', { secret: 'another' }],
    ['a later end', { query: { ...query, expires: '9999999999' } }],
    ['another signature', { query: { ...query, signature: '0'.repeat(64) } }],
    ['a short signature', { query: { ...query, signature: '00' } }],
    ['no signature', { query: { expires: query['expires'] } }],
    ['a repeated signature', { query: { ...query, signature: [query['signature'], 'x'] } }],
    ['an end that is no number', { query: { ...query, expires: '1e99' } }],
  ])('with %s is forged', (_what, change) => {
    expect(verifyLink({ path, query, secret, now: before, ...change })).toBe('forged');
  });
});
