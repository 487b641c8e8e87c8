import { createPublicKey, verify } from 'node:crypto';
import { z } from 'zod';
import { ApiError } from '../errors.ts';
import type { Account, Actor, App, Installation, InstallationToken } from '../model.ts';
import { appActor } from '../operations/apps.ts';
import { accountById, type World } from '../world.ts';

/** Who sent a request, as its Authorization header proves. */
export type Caller =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'user'; readonly account: Account }
  | { readonly kind: 'app'; readonly app: App }
  | {
      readonly kind: 'installation';
      readonly app: App;
      readonly installation: Installation;
      readonly token: InstallationToken;
    };

/** Throws 401 for credentials that are not good, 403 for those of a suspended installation. */
export function callerOf(world: World, authorization: string | undefined): Caller {
  if (authorization === undefined || authorization === '') return { kind: 'anonymous' };
  const [, scheme = '', credential = ''] = /^(bearer|token|basic)\s+(\S+)$/i.exec(authorization) ?? [];
  const token = scheme.toLowerCase() === 'basic' ? passwordOf(credential) : credential;
  if (token.split('.').length === 3) return { kind: 'app', app: appOfJwt(world, token) };
  const known = world.store.tokens.get(token);
  if (known === undefined) throw new ApiError(401, 'Bad credentials');
  if (known.kind === 'user') return { kind: 'user', account: accountById(world, known.userId) };
  if (known.expiresAt.getTime() <= world.credentialsNow().getTime())
    throw new ApiError(401, 'Bad credentials');
  return installationCaller(world, known);
}

function passwordOf(credential: string): string {
  const [, password = ''] = Buffer.from(credential, 'base64').toString('utf8').split(':');
  return password;
}

function installationCaller(world: World, token: InstallationToken): Caller {
  const installation = world.store.installations.get(token.installationId);
  const app = installation === undefined ? undefined : world.store.apps.get(installation.appId);
  if (installation === undefined || app === undefined) throw new ApiError(401, 'Bad credentials');
  if (installation.suspendedAt !== null) throw new ApiError(403, 'This installation has been suspended');
  return { kind: 'installation', app, installation, token };
}

const Header = z.object({ alg: z.literal('RS256') });
const Claims = z.object({
  iss: z.union([z.string(), z.number()]),
  iat: z.number(),
  exp: z.number(),
});

/** GitHub takes a JWT of an App for ten minutes at most, and allows a minute of clock drift. */
function appOfJwt(world: World, jwt: string): App {
  const [header = '', claims = '', signature = ''] = jwt.split('.');
  const parsed = Claims.safeParse(decoded(claims));
  if (!Header.safeParse(decoded(header)).success || !parsed.success) throw undecodable();
  const { iss, iat, exp } = parsed.data;
  const app = [...world.store.apps.values()].find(
    (one) => String(one.id) === String(iss) || one.clientId === iss,
  );
  if (app === undefined) throw new ApiError(401, 'Integration not found');
  const good = verify(
    'RSA-SHA256',
    Buffer.from(`${header}.${claims}`),
    createPublicKey(app.publicKey),
    Buffer.from(signature, 'base64url'),
  );
  if (!good) throw undecodable();
  const now = world.credentialsNow().getTime() / 1000;
  if (exp < now)
    throw new ApiError(
      401,
      "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
    );
  if (exp > now + 660) throw new ApiError(401, "'Expiration time' claim ('exp') is too far in the future");
  if (iat > now + 60)
    throw new ApiError(
      401,
      "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
    );
  return app;
}

function undecodable(): ApiError {
  return new ApiError(401, 'A JSON web token could not be decoded');
}

function decoded(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}

/** Whom the caller acts as. Throws 401 for nobody. */
export function actorOf(world: World, caller: Caller): Actor {
  switch (caller.kind) {
    case 'anonymous':
      throw new ApiError(401, 'Requires authentication');
    case 'user':
      return { account: caller.account, app: null };
    case 'app':
    case 'installation':
      return appActor(world, caller.app);
  }
}
