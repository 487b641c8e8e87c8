import { setTimeout as sleep } from 'node:timers/promises';
import { createTargets } from '../database/target/targets.ts';
import type { Repository } from '../domain/repository.ts';
import { createKnownBranches } from '../jobs/known-branches.ts';
import { createJobMemory } from '../jobs/job-memory.ts';
import type { Tools } from '../jobs/tools.ts';
import type { ContentCache } from '../ports/cache.ts';
import { openServiceControl } from './control-for-reading.ts';
import { createDatabases } from './databases.ts';
import { connectGitHub } from './github.ts';
import { createLog } from './log.ts';
import { rememberingCache } from './remembering-cache.ts';
import { readServerConfig } from './server-file.ts';
import type { ServiceSettings, Variables } from './settings.ts';

/** What looks at everything as the service does, and changes nothing. */
export interface Look {
  readonly tools: Pick<
    Tools,
    'hosts' | 'records' | 'targets' | 'clock' | 'databasesOf' | 'branches' | 'memory' | 'cache'
  >;
  /** Null where the App is not installed on a repository of that name. */
  repository(name: string): Promise<Repository | null>;
  close(): Promise<void>;
}

export interface LookOptions {
  readonly settings: ServiceSettings;
  readonly variables: Variables;
}

/** Opens what the service works on, for looking only. Throws where a part of it cannot be had. */
export async function openLook({ settings, variables }: LookOptions): Promise<Look> {
  const log = createLog('warn', [settings.webhookSecret, settings.privateKey]);
  const clock = (): Date => new Date();
  const config = await readServerConfig(settings.configPath);
  const control = await openServiceControl(settings, config, variables);
  const { hosts } = connectGitHub(settings, log, clock);
  const boundTo = (name: string): Promise<number | null> => control.boundTo(name);
  const bind = async (name: string, id: number): Promise<number> => (await boundTo(name)) ?? id;
  const databases = createDatabases(config.databases, { bind, boundTo }, variables);
  const targets = createTargets(databases.addresses, {
    log,
    wait: (milliseconds) => sleep(milliseconds),
    random: Math.random,
    path: variables['PATH'],
  });
  return {
    tools: {
      hosts,
      targets,
      // What is found out about people and pushes is not kept: nothing can be written here.
      records: { ...control.records, keepPerson: nothing, notePush: nothing },
      branches: createKnownBranches(clock),
      memory: createJobMemory(),
      cache: rememberingCache(noCache),
      clock,
      databasesOf: (repository) => databases.of(repository),
    },
    repository: async (name) => {
      const wanted = name.toLowerCase();
      const listed = await hosts.repositories();
      return listed.find(({ owner, name: own }) => `${owner}/${own}`.toLowerCase() === wanted) ?? null;
    },
    close: () => control.close(),
  };
}

/** The service's own could be read, and not written to. */
const noCache: ContentCache = {
  get: () => Promise.resolve(null),
  getMany: () => Promise.resolve(new Map()),
  put: nothing,
};

function nothing(): Promise<void> {
  return Promise.resolve();
}
