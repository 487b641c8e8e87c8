import type { z } from 'zod';
import { ApiError, invalid, notFound } from '../errors.ts';
import type { Access, Actor, Repository } from '../model.ts';
import { allows } from '../operations/apps.ts';
import { hasRole } from '../operations/rights.ts';
import { repositoryByName, type World } from '../world.ts';
import type { Webhooks } from '../webhooks/delivering.ts';
import type { Caller } from './caller.ts';

export interface Answer {
  readonly status?: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** The whole list behind a page; see `page`. */
  readonly total?: number;
}

export interface Call {
  readonly world: World;
  readonly webhooks: Webhooks;
  readonly caller: Caller;
  readonly actor: Actor;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly accept: string;
}

/**
 * What a caller needs: nothing, the App's own JWT, any installation token, or one of these permissions
 * (a person's token is then as good as the person's role, which the operations ask for).
 */
export type Need = 'nothing' | 'token' | 'app' | 'installation' | readonly `${string}:${Access}`[];

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly need: Need;
  readonly handle: (call: Call) => Promise<Answer> | Answer;
}

type RepositoryHandler = (call: Call, repository: Repository) => Promise<Answer> | Answer;

/** A route below `/repos/{owner}/{repo}`; strangers to a private repository get 404. */
export function repositoryRoute(
  method: Route['method'],
  path: string,
  need: readonly `${string}:${Access}`[],
  handle: RepositoryHandler,
): Route {
  return {
    method,
    path: `/repos/:owner/:repo${path}`,
    need,
    handle: (call) => {
      const repository = repositoryByName(call.world, param(call, 'owner'), param(call, 'repo'));
      if (repository === undefined) throw notFound();
      requireVisible(call, repository, method !== 'GET');
      return handle(call, repository);
    },
  };
}

/** Throws 404 where the caller may not know of the repository, 403 where it is outside of the token's scope. */
export function requireVisible(call: Call, repository: Repository, writes: boolean): void {
  const { caller, world } = call;
  if (caller.kind === 'user') {
    if (!hasRole(world, repository, caller.account, 'read')) throw notFound();
    return;
  }
  if (caller.kind !== 'installation') return;
  const scope = caller.token.repositoryIds ?? caller.installation.repositoryIds;
  if (scope.has(repository.id) && caller.installation.repositoryIds.has(repository.id)) return;
  if (repository.private) throw notFound();
  if (writes) throw inaccessible();
}

function inaccessible(): ApiError {
  return new ApiError(403, 'Resource not accessible by integration');
}

/** Throws 401 or 403 where the caller has not what a route needs. */
export function requireNeed(caller: Caller, need: Need): void {
  if (need === 'nothing') return;
  if (caller.kind === 'anonymous') throw new ApiError(401, 'Requires authentication');
  if (need === 'token') return;
  if (need === 'app') {
    if (caller.kind !== 'app') throw new ApiError(401, 'A JSON web token could not be decoded');
    return;
  }
  if (need === 'installation') {
    if (caller.kind !== 'installation') throw inaccessible();
    return;
  }
  if (caller.kind === 'user') return;
  const isGranted =
    caller.kind === 'installation' && need.some((one) => grants(caller.token.permissions, one));
  if (!isGranted) throw inaccessible();
}

function grants(permissions: Readonly<Record<string, Access>>, need: `${string}:${Access}`): boolean {
  const [resource = '', access = ''] = need.split(':');
  return isAccess(access) && allows(permissions, resource, access);
}

function isAccess(value: string): value is Access {
  return value === 'read' || value === 'write' || value === 'admin';
}

export function param(call: Call, name: string): string {
  return call.params[name] ?? '';
}

/** A number in the path. Throws 404 for anything else. */
export function numberParam(call: Call, name: string): number {
  const value = param(call, name);
  if (!/^\d{1,15}$/.test(value)) throw notFound();
  return Number(value);
}

/** The body, checked. Throws 422 and says what is wrong with it. */
export function input<T>(call: Call, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(call.body ?? {});
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`);
  throw invalid(`Invalid request.\n\n${problems.join('\n')}`);
}

/** GitHub's page of a list: 30 unless asked, never more than 100. */
export function page<T>(call: Call, items: readonly T[], most = 100): { items: readonly T[]; total: number } {
  const size = perPage(call, most);
  const number = pageNumber(call);
  return { items: items.slice((number - 1) * size, number * size), total: items.length };
}

export function perPage(call: Call, most = 100): number {
  const asked = Number(call.query['per_page'] ?? 30);
  return Number.isInteger(asked) && asked > 0 ? Math.min(asked, most) : 30;
}

export function pageNumber(call: Call): number {
  const asked = Number(call.query['page'] ?? 1);
  return Number.isInteger(asked) && asked > 0 ? asked : 1;
}

/** A page of a list as an answer, presented only where it is shown. */
export async function listed<T>(
  call: Call,
  items: readonly T[],
  present: (item: T) => unknown,
): Promise<Answer> {
  const shown = page(call, items);
  return { body: await Promise.all(shown.items.map(present)), total: shown.total };
}

/** The same inside of an object with `total_count`. */
export async function listedAs<T>(
  call: Call,
  name: string,
  items: readonly T[],
  present: (item: T) => unknown,
): Promise<Answer> {
  const shown = page(call, items);
  const body = { total_count: shown.total, [name]: await Promise.all(shown.items.map(present)) };
  return { body, total: shown.total };
}
