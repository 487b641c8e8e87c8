import { EventEmitter } from 'node:events';
import type pg from 'pg';
import type { PlanningTools } from '../src/jobs/planning/plan-input.ts';
import type { Sandbox } from '../src/migrations/sandbox/sandbox.ts';
import type { ContentCache } from '../src/ports/cache.ts';
import type { CloneShelf } from '../src/shadow/clone-shelf.ts';
import type { ShadowServer } from '../src/shadow/shadow-server.ts';
import type { Stretch } from './busy.ts';

/** What a plan waits for. Where it waits for two of them at once, the first one counts. */
export const steps = [
  'the pending statements, up, down and up',
  'the catalog and the locks',
  'a copy of the baseline',
  'the sandbox',
  'the cache',
] as const;
type Step = (typeof steps)[number];

type Note = <T>(what: Step, work: () => Promise<T>) => Promise<T>;

/** The same tools; each stretch in which a plan waits for one of them goes into `seen`. */
export function watchedTools(tools: PlanningTools, seen: Stretch[]): PlanningTools {
  const note: Note = async (what, work) => {
    const from = performance.now();
    try {
      return await work();
    } finally {
      seen.push({ what, from, to: performance.now() });
    }
  };
  return {
    ...tools,
    cache: watchedCache(tools.cache, note),
    sandbox: watchedSandbox(tools.sandbox, note),
    shadows: watchedServers(tools.shadows, note, seen),
  };
}

function watchedCache(cache: ContentCache, note: Note): ContentCache {
  return {
    get: (key) => note('the cache', () => cache.get(key)),
    getMany: (keys) => note('the cache', () => cache.getMany(keys)),
    put: (key, value) => note('the cache', () => cache.put(key, value)),
  };
}

function watchedSandbox(sandbox: Sandbox, note: Note): Sandbox {
  return {
    close: () => sandbox.close(),
    async take(kind) {
      const child = await note('the sandbox', () => sandbox.take(kind));
      return {
        ...child,
        do: (task, options, signal) => note('the sandbox', () => child.do(task, options, signal)),
      };
    },
  };
}

function watchedServers(
  servers: PlanningTools['shadows'],
  note: Note,
  seen: Stretch[],
): PlanningTools['shadows'] {
  return {
    ...servers,
    async for(version) {
      const found = await servers.for(version);
      return { ...found, server: watchedShadow(found.server, note, seen) };
    },
  };
}

function watchedShadow(shadow: ShadowServer, note: Note, seen: Stretch[]): ShadowServer {
  const clones: CloneShelf = {
    ...shadow.clones,
    async take(template) {
      const clone = await note('a copy of the baseline', () => shadow.clones.take(template));
      watchQueries(clone.login.client, 'the pending statements, up, down and up', seen);
      watchQueries(clone.observer, 'the catalog and the locks', seen);
      return clone;
    },
  };
  const { baselines } = shadow;
  return {
    ...shadow,
    clones,
    baselines: {
      ...baselines,
      take: (request) => note('a copy of the baseline', () => baselines.take(request)),
    },
  };
}

/** A session asks in two ways: by a query object that tells of its end, and by a promise. */
function watchQueries(client: pg.Client, what: Step, seen: Stretch[]): void {
  const query: (...args: never[]) => unknown = client.query.bind(client);
  Object.defineProperty(client, 'query', {
    value: (...args: never[]): unknown => {
      const from = performance.now();
      const done = (): void => void seen.push({ what, from, to: performance.now() });
      const [asked]: readonly unknown[] = args;
      if (asked instanceof EventEmitter) asked.once('end', done).once('error', done);
      const answer = query(...args);
      if (answer instanceof Promise) answer.then(done, done);
      return answer;
    },
  });
}
