import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { ApiError, type ErrorDetail } from '../errors.ts';
import type { Account } from '../model.ts';
import { timestamp, type World } from '../world.ts';
import type { Faults } from '../webhooks/faults.ts';
import type { Webhooks } from '../webhooks/delivering.ts';
import { actorOf, callerOf, type Caller } from './caller.ts';
import { pageNumber, perPage, requireNeed, type Answer, type Call, type Route } from './route.ts';

const HOURLY_LIMIT = 5000;

export interface Service {
  readonly world: World;
  readonly webhooks: Webhooks;
  readonly faults: Faults;
  /** How often each route was called: `GET /repos/:owner/:repo`. */
  readonly requestLog: Map<string, number>;
}

const Strings = z.record(z.string(), z.coerce.string());

const NOBODY: Account = {
  id: 0,
  nodeId: '',
  login: 'nobody',
  name: null,
  email: null,
  type: 'User',
  createdAt: '1970-01-01T00:00:00Z',
};

/** Serves routes below `/` and below `/api/v3`. */
export function registerRoutes(server: FastifyInstance, service: Service, routes: readonly Route[]): void {
  for (const prefix of ['', '/api/v3'])
    for (const route of routes)
      server.route({
        method: route.method,
        url: `${prefix}${route.path}`,
        exposeHeadRoute: false,
        handler: (request, reply) => serve(service, route, request, reply),
      });
}

async function serve(
  service: Service,
  route: Route,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const name = `${route.method} ${route.path}`;
  service.requestLog.set(name, (service.requestLog.get(name) ?? 0) + 1);
  const path = request.url.replace(/^\/api\/v3/, '');
  const failure = service.faults.failureFor(route.method, path);
  if (failure !== undefined) return fail(reply, new ApiError(failure, 'Server Error'));
  try {
    const { world } = service;
    const caller = callerOf(world, request.headers.authorization);
    requireNeed(caller, route.need);
    const call = callFrom(service, caller, request);
    const work = async (): Promise<Answer> => route.handle(call);
    const answer = route.method === 'GET' ? await work() : await world.serialise(work);
    return await send(world, call, request, reply, answer);
  } catch (error) {
    if (error instanceof ApiError) return fail(reply, error);
    service.world.log(
      `simulated GitHub: ${name} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
    return fail(reply, new ApiError(500, 'Server Error'));
  }
}

function callFrom(service: Service, caller: Caller, request: FastifyRequest): Call {
  const { world, webhooks } = service;
  const actor = caller.kind === 'anonymous' ? { account: NOBODY, app: null } : actorOf(world, caller);
  return {
    world,
    webhooks,
    caller,
    actor,
    params: Strings.parse(request.params),
    query: Strings.parse(request.query),
    // A PUT without a body comes as empty text.
    body: request.body === '' ? undefined : request.body,
    accept: request.headers.accept ?? '',
  };
}

/** GitHub's error body: message, documentation, status as a string. */
export function fail(reply: FastifyReply, error: ApiError): FastifyReply {
  return reply
    .status(error.status)
    .header('content-type', 'application/json; charset=utf-8')
    .send({
      message: error.message,
      ...(error.errors === undefined ? {} : { errors: error.errors.map(shownDetail) }),
      documentation_url: 'https://docs.github.com/rest',
      // GitHub's "Basic Error" has a status, what it answers to an edit or a merge has none.
      ...([405, 409, 422].includes(error.status) ? {} : { status: String(error.status) }),
    });
}

function shownDetail(detail: ErrorDetail): unknown {
  return Object.keys(detail).join() === 'message' ? detail['message'] : detail;
}

function send(
  world: World,
  call: Call,
  request: FastifyRequest,
  reply: FastifyReply,
  answer: Answer,
): FastifyReply {
  rateHeaders(world, call, reply);
  for (const [name, value] of Object.entries(answer.headers ?? {})) reply.header(name, value);
  if (answer.total !== undefined) linkHeader(world, call, request, reply, answer.total);
  const status = answer.status ?? (answer.body === undefined ? 204 : 200);
  const { body } = answer;
  if (body === undefined) return reply.status(status).send();
  const text = Buffer.isBuffer(body) ? body : JSON.stringify(body);
  const etag = `"${createHash('sha256').update(text).digest('hex')}"`;
  reply.header('etag', etag);
  if (request.method === 'GET' && isKnown(request.headers['if-none-match'], etag))
    return reply.status(304).send();
  if (answer.headers?.['content-type'] === undefined)
    reply.header('content-type', 'application/json; charset=utf-8');
  return reply.status(status).send(text);
}

function isKnown(header: string | undefined, etag: string): boolean {
  return header?.split(',').some((one) => one.trim().replace(/^W\//, '') === etag) ?? false;
}

/** The limit never runs out here, but its headers are there to be read. */
function rateHeaders(world: World, call: Call, reply: FastifyReply): void {
  const reset = Math.floor(world.now().getTime() / 1000) + 3600;
  reply.header('x-ratelimit-limit', String(HOURLY_LIMIT));
  reply.header('x-ratelimit-remaining', String(HOURLY_LIMIT - 1));
  reply.header('x-ratelimit-used', '1');
  reply.header('x-ratelimit-resource', 'core');
  reply.header('x-ratelimit-reset', String(reset));
  reply.header('x-github-request-id', call.world.random());
  reply.header('x-github-media-type', 'github.v3; format=json');
  reply.header('x-github-api-version-selected', '2022-11-28');
  reply.header('date', new Date(timestamp(world)).toUTCString());
}

function linkHeader(
  world: World,
  call: Call,
  request: FastifyRequest,
  reply: FastifyReply,
  total: number,
): void {
  const last = Math.ceil(total / perPage(call));
  const current = pageNumber(call);
  const address = (number: number): string => {
    const url = new URL(request.url, world.url);
    url.searchParams.set('page', String(number));
    return url.toString();
  };
  const links: string[] = [];
  if (current > 1) links.push(`<${address(current - 1)}>; rel="prev"`);
  if (current < last) links.push(`<${address(current + 1)}>; rel="next"`, `<${address(last)}>; rel="last"`);
  if (current > 1) links.push(`<${address(1)}>; rel="first"`);
  if (links.length > 0) reply.header('link', links.join(', '));
}
