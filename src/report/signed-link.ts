import { createHmac, timingSafeEqual } from 'node:crypto';

export interface LinkToSign {
  /** The path as it will be asked for, percent-encoded. */
  readonly path: string;
  readonly secret: string;
  readonly expiresAt: Date;
}

/** The path with `expires` (seconds since 1970) and `signature` (HMAC-SHA256 over both) as its query. */
export function signLink({ path, secret, expiresAt }: LinkToSign): string {
  const expires = String(Math.floor(expiresAt.getTime() / 1000));
  return `${path}?expires=${expires}&signature=${signature(path, expires, secret).toString('hex')}`;
}

export interface LinkToVerify {
  readonly path: string;
  readonly query: Readonly<Record<string, unknown>>;
  readonly secret: string;
  readonly now: Date;
}

/** Whether the link was made by `signLink` with this secret and still holds; compares in constant time. */
export function verifyLink({ path, query, secret, now }: LinkToVerify): 'valid' | 'expired' | 'forged' {
  const expires = query['expires'];
  const given = query['signature'];
  if (typeof expires !== 'string' || typeof given !== 'string') return 'forged';
  if (!/^\d{1,12}$/.test(expires) || !/^[0-9a-f]{64}$/.test(given)) return 'forged';
  if (!timingSafeEqual(Buffer.from(given, 'hex'), signature(path, expires, secret))) return 'forged';
  return Number(expires) * 1000 > now.getTime() ? 'valid' : 'expired';
}

function signature(path: string, expires: string, secret: string): Buffer {
  return createHmac('sha256', secret).update(`${path}\n${expires}`).digest();
}
