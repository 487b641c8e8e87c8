import { mkdir } from 'node:fs/promises';
import fastify, { type FastifyInstance } from 'fastify';
import { ApiError } from './errors.ts';
import { gitRepository, type GitRepository } from './git/repository.ts';
import { startGitRunner, type GitRunner } from './git/runner.ts';
import { fail, registerRoutes, type Service } from './http/register.ts';
import { createAccount } from './operations/accounts.ts';
import { advanceQueues } from './operations/queue-advancing.ts';
import { WEB_FLOW } from './operations/signatures.ts';
import { ALL_ROUTES } from './routes/all.ts';
import { registerGraphql } from './routes/graphql.ts';
import { createSeeding, type Seeding } from './seeding.ts';
import { emptyStore, type Store } from './store.ts';
import { createFaults, type FaultControls } from './webhooks/faults.ts';
import { createWebhooks, type Webhooks } from './webhooks/delivering.ts';
import type { World } from './world.ts';

export interface SimulatedGitHubOptions {
  /** Where the git repositories live; the caller makes and removes it. */
  readonly directory: string;
  readonly now: () => Date;
  /** By which credentials grow old, where that is not `now`: clients judge theirs by the real time. */
  readonly credentialsNow?: () => Date;
  /** Unique strings for tokens and GUIDs; `crypto.randomUUID` in practice. */
  readonly random: () => string;
  readonly port?: number;
  /** Where the git binary is looked for, as in PATH; the usual places unless given. */
  readonly searchPath?: string;
  readonly log?: (line: string) => void;
  /** Entries of a tree after which it is truncated; GitHub's is 100,000. */
  readonly treeLimit?: number;
  /** Sees every answer of the REST API, as it is sent. */
  readonly onAnswer?: (answer: ObservedAnswer) => void;
  /** Sees every webhook as it is written, whether or not it then arrives. */
  readonly onDelivery?: (event: string, payload: unknown) => void;
  /** Adds pages beside the API, before the server listens. */
  readonly pages?: (server: FastifyInstance, world: World) => void | Promise<void>;
}

export interface ObservedAnswer {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  /** The parsed JSON; undefined where the answer has none. */
  readonly body: unknown;
  readonly contentType: string;
}

export interface SimulatedGitHub extends Seeding {
  /** For people, and for an API without a prefix. */
  readonly url: string;
  /** The API as a GitHub Enterprise Server has it, under `/api/v3`. */
  readonly apiUrl: string;
  readonly world: World;
  readonly store: Store;
  /** `idle` resolves when no change is being made and all that was to be told has been sent. */
  readonly hooks: FaultControls & { readonly idle: () => Promise<void> };
  /** Requests for which there is no route, and GraphQL that is not known: a test asserts that there were none. */
  readonly unknownRequests: readonly string[];
  /** Calls by route, as in `GET /repos/:owner/:repo`. */
  readonly requestLog: ReadonlyMap<string, number>;
  readonly close: () => Promise<void>;
}

/** Starts a GitHub on 127.0.0.1, empty but for the account that commits for the web. Needs git 2.38 or newer. */
export async function startSimulatedGitHub(options: SimulatedGitHubOptions): Promise<SimulatedGitHub> {
  const faults = createFaults();
  const unknownRequests: string[] = [];
  const requestLog = new Map<string, number>();
  const webhooks = createWebhooks(() => world, faults, options.onDelivery);
  const runner = startGitRunner();
  const repositories = new Map<number, GitRepository>();
  const world = createWorld(options, webhooks, runner, repositories);
  await mkdir(options.directory, { recursive: true });
  createAccount(world, 'User', 'web-flow', WEB_FLOW);
  const service: Service = { world, webhooks, faults, requestLog };
  const server = createServer(service, unknownRequests, options.onAnswer);
  await options.pages?.(server, world);
  const idle = async (): Promise<void> => {
    // A change that is still being made may have more to tell, also where nobody waits for its answer.
    await world.serialise(() => Promise.resolve());
    await webhooks.idle();
  };
  world.url = await server.listen({ host: '127.0.0.1', port: options.port ?? 0 });
  return {
    ...createSeeding(world),
    url: world.url,
    apiUrl: `${world.url}/api/v3`,
    world,
    store: world.store,
    hooks: { ...faults.controls, idle },
    unknownRequests,
    requestLog,
    close: async () => {
      await webhooks.close();
      await server.close();
      for (const { objects } of repositories.values()) objects.close();
      runner.close();
    },
  };
}

const USUAL_PLACES = '/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin';

function createWorld(
  options: SimulatedGitHubOptions,
  webhooks: Webhooks,
  runner: GitRunner,
  repositories: Map<number, GitRepository>,
): World {
  let lastId = 1000;
  let last: Promise<unknown> = Promise.resolve();
  const world: World = {
    store: emptyStore(),
    url: '',
    directory: options.directory,
    now: options.now,
    credentialsNow: options.credentialsNow ?? options.now,
    random: options.random,
    log: options.log ?? (() => undefined),
    treeLimit: options.treeLimit ?? 100_000,
    nextId: () => (lastId += 1),
    git: ({ id, directory }) => {
      const known =
        repositories.get(id) ?? gitRepository(runner, directory, options.searchPath ?? USUAL_PLACES);
      repositories.set(id, known);
      return known;
    },
    emit: webhooks.emit,
    serialise: (change) => {
      const run = async () => {
        const result = await change();
        await advanceQueues(world);
        return result;
      };
      const next = last.then(run, run);
      last = next.catch(() => undefined);
      return next;
    },
  };
  return world;
}

function createServer(
  service: Service,
  unknownRequests: string[],
  onAnswer: SimulatedGitHubOptions['onAnswer'],
): FastifyInstance {
  const server = fastify({
    bodyLimit: 50 * 1024 * 1024,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 1000 },
  });
  const note = (what: string): void => {
    unknownRequests.push(what);
    service.world.log(`SIMULATED GITHUB HAS NO ANSWER FOR ${what}`);
  };
  server.removeContentTypeParser('application/json');
  server.addContentTypeParser(/^application\/(.*\+)?json/, { parseAs: 'string' }, (_request, body, done) => {
    try {
      const text = String(body);
      done(null, text === '' ? undefined : JSON.parse(text));
    } catch {
      done(new ApiError(400, 'Problems parsing JSON'));
    }
  });
  server.setErrorHandler((error, _request, reply) =>
    fail(reply, error instanceof ApiError ? error : new ApiError(500, 'Server Error')),
  );
  server.setNotFoundHandler((request, reply) => {
    note(`${request.method} ${request.url}`);
    return fail(reply, new ApiError(404, 'Not Found'));
  });
  server.register((api, _options, done) => {
    if (onAnswer !== undefined) observe(api, onAnswer);
    registerRoutes(api, service, ALL_ROUTES);
    done();
  });
  registerGraphql(server, service, note);
  return server;
}

function observe(api: FastifyInstance, onAnswer: (answer: ObservedAnswer) => void): void {
  api.addHook('onSend', (request, reply, payload, done) => {
    const contentType = String(reply.getHeader('content-type') ?? '');
    const isJson = typeof payload === 'string' && payload !== '' && contentType.includes('json');
    const body: unknown = isJson ? JSON.parse(payload) : undefined;
    onAnswer({ method: request.method, path: request.url, status: reply.statusCode, body, contentType });
    done(null, payload);
  });
}
