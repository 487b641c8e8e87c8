import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { World } from '../world.ts';
import type { PageAnswer, PageRequest } from './exchange.ts';
import { createPages } from './pages.ts';

/**
 * Serves the pages from the same addresses as the API: what a browser asks for is answered before any route is.
 * Made to be passed to `startSimulatedGitHub` as its `pages`.
 */
export function registerPages(server: FastifyInstance, world: World): void {
  const pages = createPages(world);
  const form = 'application/x-www-form-urlencoded';
  server.addContentTypeParser(form, { parseAs: 'string' }, (_request, body, done) => done(null, body));
  server.addHook('preHandler', async (request, reply) => {
    const answer = await pages.answer(pageRequest(request));
    return answer === null ? undefined : send(reply, answer);
  });
}

function send(reply: FastifyReply, answer: PageAnswer): FastifyReply {
  return reply.code(answer.status).headers(answer.headers).send(answer.body);
}

function pageRequest(request: FastifyRequest): PageRequest {
  const headers = Object.entries(request.headers).map(([name, value]) => [name, value?.toString()] as const);
  return {
    method: request.method,
    url: request.url,
    headers: Object.fromEntries(headers),
    hasRoute: !request.is404,
    body: typeof request.body === 'string' ? request.body : '',
  };
}
