import fastify, { type FastifyInstance } from 'fastify';
import { maxWebhookBytes } from './limits.ts';
import type { Routes } from './routes.ts';

/** No script anywhere, and forms only to the service itself or where one page says that it posts. */
function securityHeaders(formTargets: readonly string[]): Record<string, string> {
  const forms = ["'self'", ...formTargets].join(' ');
  return {
    'content-security-policy': `default-src 'none'; style-src 'self'; img-src 'self'; form-action ${forms}; base-uri 'none'; frame-ancestors 'none'`,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
  };
}

/** The service's HTTP server, not yet listening; `formTargets` are origins that a page of it posts to. */
export async function createServer(
  routes: readonly Routes[],
  formTargets: readonly string[] = [],
): Promise<FastifyInstance> {
  const server = fastify({ bodyLimit: maxWebhookBytes, logger: false, requestTimeout: 30_000 });
  server.addHook('onSend', async (_request, reply) => {
    reply.headers(securityHeaders(formTargets));
  });
  server.setNotFoundHandler(async (_request, reply) =>
    reply.code(404).type('text/plain').send('There is nothing here.\n'),
  );
  server.setErrorHandler(async (error: Error & { statusCode?: number }, _request, reply) => {
    const status = error.statusCode ?? 500;
    const words = status < 500 ? error.message : 'Something failed here; it is in the log.';
    return reply.code(status).type('text/plain').send(`${words}\n`);
  });
  for (const route of routes) await server.register(async (scope) => route(scope));
  return server;
}
