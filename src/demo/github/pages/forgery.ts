import { createHmac, timingSafeEqual } from 'node:crypto';
import type { PageRequest } from './exchange.ts';

/** Guards forms against other sites: a token for whoever acts, and the origin that a browser names. */
export interface ForgeryGuard {
  readonly tokenFor: (login: string) => string;
  readonly accepts: (request: PageRequest, login: string, token: string) => boolean;
}

export function createForgeryGuard(secret: string): ForgeryGuard {
  const tokenFor = (login: string) => createHmac('sha256', secret).update(login).digest('base64url');
  return {
    tokenFor,
    accepts: (request, login, token) => {
      const wanted = Buffer.from(tokenFor(login));
      const given = Buffer.from(token);
      return sameOrigin(request) && given.length === wanted.length && timingSafeEqual(given, wanted);
    },
  };
}

function sameOrigin({ headers }: PageRequest): boolean {
  const origin = headers['origin'];
  return origin === undefined || (URL.canParse(origin) && new URL(origin).host === headers['host']);
}
