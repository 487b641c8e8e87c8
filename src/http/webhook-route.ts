import type { FastifyInstance } from 'fastify';
import type { Log } from '../ports/log.ts';
import type { Routes } from './routes.ts';

/** Where GitHub sends webhooks. */
export const webhookPath = '/api/github/webhooks';

export interface WebhookReceiver {
  /** True where the signature is that of the body, compared in constant time. */
  verify(body: string, signature: string): Promise<boolean>;
  /** Keeps the delivery durably and queues its work; throws where that failed. */
  receive(delivery: {
    readonly id: string;
    readonly name: string;
    readonly body: string;
    readonly signature: string;
  }): Promise<void>;
}

/** The webhook's route: the signature is checked over the raw bytes before anything is parsed. */
export function webhookRoute(receiver: WebhookReceiver, log: Log): Routes {
  return (server: FastifyInstance) => {
    server.removeAllContentTypeParsers();
    server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    server.post(webhookPath, async (request, reply) => {
      const [id, name, signature] = ['x-github-delivery', 'x-github-event', 'x-hub-signature-256'].map(
        (header) => single(request.headers[header]),
      );
      if (!Buffer.isBuffer(request.body) || request.body.length === 0 || !id || !name) {
        return reply
          .code(400)
          .type('text/plain')
          .send('A GitHub webhook was expected, with its body and headers.\n');
      }
      const body = request.body.toString('utf8');
      if (!signature || !(await receiver.verify(body, signature))) {
        return reply.code(401).type('text/plain').send('The signature is not that of this body.\n');
      }
      try {
        await receiver.receive({ id, name, body, signature });
      } catch (error) {
        log.error({ delivery: id, event: name, error: String(error) }, 'a webhook could not be kept');
        // GitHub shows the failed delivery, and the sweep finds what it was about.
        return reply.code(503).type('text/plain').send('It could not be kept just now.\n');
      }
      return reply.code(202).type('text/plain').send('ok\n');
    });
  };
}

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
