import type { FastifyInstance } from 'fastify';

/** Addresses of the service, each a plugin of its own. */
export type Routes = (server: FastifyInstance) => Promise<void> | void;
