import { createHmac } from 'node:crypto';
import type { Logger } from 'pino';
import { tidegateApp, type Delivery } from '../app.ts';
import { bindRepository, boundRepository } from '../database/control/bound-repositories.ts';
import { recordDelivery } from '../database/control/deliveries.ts';
import { recordsIn, type ControlDatabase } from '../database/control/open.ts';
import { createTargets } from '../database/target/targets.ts';
import { planLink, planRoute } from '../http/plan-route.ts';
import { createServer } from '../http/server.ts';
import { webhookRoute } from '../http/webhook-route.ts';
import { jobsOf } from '../intake/jobs-of.ts';
import { createGuardMemory } from '../jobs/gating/guard-memory.ts';
import { createKnownBranches } from '../jobs/known-branches.ts';
import { createJobMemory } from '../jobs/job-memory.ts';
import { giveUp, runJob } from '../jobs/run-job.ts';
import { openSandbox, readyForPlans } from '../migrations/sandbox/sandbox.ts';
import type { Tools } from '../jobs/tools.ts';
import type { Clock } from '../ports/clock.ts';
import { openJobQueue, type JobQueue } from '../queue/job-queue.ts';
import { createReports } from '../report/reports.ts';
import type { ShadowServers } from '../shadow/shadow-servers.ts';
import { createDatabases } from './databases.ts';
import { connectGitHub } from './github.ts';
import { readServerConfig } from './server-file.ts';
import { openControl, openShadows } from './servers.ts';
import type { ServiceSettings, Variables } from './settings.ts';
import { rememberingCache } from './remembering-cache.ts';
import { Stack } from './stack.ts';
import { templatesDirectory } from './templates-directory.ts';

/** What a process does: receive webhooks, work on jobs, or both. */
export type Role = 'all' | 'web' | 'worker';

export interface ServiceOptions {
  readonly settings: ServiceSettings;
  /** For the secret references of the server's file. */
  readonly variables: Variables;
  readonly role: Role;
  readonly log: Logger;
  readonly clock: Clock;
  /** Comes back after so many milliseconds. */
  readonly wait: (milliseconds: number) => Promise<void>;
  /** From 0 up to 1. */
  readonly random: () => number;
}

export interface Service {
  /** Where it listens; null for a worker. */
  readonly url: string | null;
  /** Jobs that are due or running; 0 when all that was received has been dealt with. */
  unfinished(): Promise<number>;
  /** Looks for what no webhook told, now. */
  sweep(): Promise<void>;
  /** Lets running jobs finish for a while, then closes everything. */
  close(): Promise<void>;
}

/** How long running jobs may take to finish when the service is told to stop, in milliseconds. */
const graceMs = 25_000;

/** How often it looks for what no webhook told, in milliseconds. */
const sweepEveryMs = 5 * 60_000;

/** Starts the service. Throws, with everything closed again, where a part of it cannot be had. */
export async function startService(options: ServiceOptions): Promise<Service> {
  const stack = new Stack();
  const failed = (name: string, error: unknown): void => {
    options.log.error({ part: name, error: String(error) }, 'a part could not be closed');
  };
  try {
    return await start(options, stack, () => stack.close(failed));
  } catch (error) {
    await stack.close(failed);
    throw error;
  }
}

async function start(options: ServiceOptions, stack: Stack, close: () => Promise<void>): Promise<Service> {
  const { settings, variables, role, log, clock, wait, random } = options;
  const config = await readServerConfig(settings.configPath);
  const request = { settings, config, variables, clock, log, stack };
  const control = await openControl(request);
  const queue = await openJobQueue(control.url, log);
  stack.opened('queue', queue, (open) => open.stop(graceMs));
  const { probot, hosts } = connectGitHub(settings, log, clock);
  tidegateApp(probot, (delivery) => receive(delivery, control, queue, clock));
  const linkSecret = createHmac('sha256', settings.webhookSecret).update('plan links').digest('hex');
  const reports = createReports({ templatesDirectory });
  const url = role === 'worker' ? null : await listen();
  const publicUrl = settings.publicUrl ?? url;
  if (role !== 'web') await work();
  return { url, unfinished: () => queue.unfinished(), sweep, close };

  async function listen(): Promise<string> {
    const receiver = {
      verify: (body: string, signature: string) => probot.webhooks.verify(body, signature),
      receive: ({ body, ...rest }: { id: string; name: string; body: string; signature: string }) =>
        probot.webhooks.verifyAndReceive({ ...rest, payload: body }),
    };
    const pages = { records: control.records, reports, secret: linkSecret, clock };
    const server = await createServer([webhookRoute(receiver, log), planRoute(pages)]);
    stack.opened('http server', server, (open) => open.close());
    return server.listen({ host: settings.host, port: settings.port });
  }

  async function work(): Promise<void> {
    const shadows = await openShadows(request);
    const sandbox = stack.opened('sandbox', openSandbox(readyForPlans), (open) => open.close());
    const bindings = {
      bind: (name: string, id: number) => bindRepository(control.pool, name, id),
      boundTo: (name: string) => boundRepository(control.pool, name),
    };
    const databases = createDatabases(config.databases, bindings, variables);
    const targets = createTargets(databases.addresses, {
      log,
      wait,
      random,
      path: variables['PATH'],
    });
    const tools: Tools = {
      hosts,
      targets,
      records: control.records,
      queue,
      cache: rememberingCache(control.contentCache),
      sandbox,
      memory: createJobMemory(),
      branches: createKnownBranches(clock),
      guards: createGuardMemory(clock, log),
      shadows,
      reports,
      clock,
      log,
      databasesOf: (repository) => databases.of(repository),
      planUrl: (key, digest) =>
        publicUrl === null ? null : planLink(publicUrl, { ...key, digest }, linkSecret, clock),
      wait,
      random,
    };
    await queue.work({
      run: (job, signal) => runJob(job, tools, signal),
      giveUp: (job, error) => giveUp(job, error, tools),
    });
    await queue.enqueue({ kind: 'sweep', repositoryId: null, starting: true });
    const timer = setInterval(() => sweepAgain(shadows), sweepEveryMs);
    stack.opened('sweep', timer, (open) => {
      clearInterval(open);
      return Promise.resolve();
    });
  }

  function sweepAgain(shadows: ShadowServers): void {
    sweep().catch((error: unknown) => log.error({ error: String(error) }, 'the sweep could not be queued'));
    shadows
      .sweep()
      .catch((error: unknown) => log.error({ error: String(error) }, 'the shadow server could not be swept'));
  }

  function sweep(): Promise<void> {
    return queue.enqueue({ kind: 'sweep', repositoryId: null });
  }
}

/**
 * Keeps a delivery and queues its jobs in one transaction; one that was kept before queues nothing. One that asks
 * for nothing is a row alone: GitHub tells the App of each check run that the App itself writes.
 */
async function receive(
  { id, name, event, push }: Delivery,
  control: ControlDatabase,
  queue: JobQueue,
  clock: Clock,
): Promise<void> {
  const delivery = { id, event: name, receivedAt: clock() };
  const asked = event === null ? [] : jobsOf(event);
  if (asked.length === 0 && push === null) {
    await recordDelivery(control.pool, delivery);
    return;
  }
  const jobs = await control.transaction(async (client) => {
    const isNew = await recordDelivery(client, delivery);
    const found = isNew ? asked : [];
    // Before the jobs that ask for it can begin.
    if (isNew && push !== null) await recordsIn(client).notePush(push, clock());
    await queue.enqueueWithin(client, found);
    return found;
  });
  await queue.supersede(jobs);
}
