import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { resolveSecret } from '../config/resolve-secret.ts';
import type { ServerConfig } from '../config/server-config.ts';
import { openControlForReading, type ReadableControl } from '../database/control/open-for-reading.ts';
import { runningServerUrl } from '../database/embedded/running-server.ts';
import { createTargets } from '../database/target/targets.ts';
import type { Repository } from '../domain/repository.ts';
import { createKnownBranches } from '../jobs/known-branches.ts';
import { createJobMemory } from '../jobs/job-memory.ts';
import type { Tools } from '../jobs/tools.ts';
import { createDatabases } from './databases.ts';
import { connectGitHub } from './github.ts';
import { createLog } from './log.ts';
import { readServerConfig } from './server-file.ts';
import { SettingsError } from './settings-error.ts';
import { dataFolder, type ServiceSettings, type Variables } from './settings.ts';

/** What looks at everything as the service does, and changes nothing. */
export interface Look {
  readonly tools: Pick<
    Tools,
    'hosts' | 'records' | 'targets' | 'clock' | 'databasesOf' | 'branches' | 'memory'
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
  const control = await openControl(settings, config, variables);
  const { hosts } = connectGitHub(settings, log, clock);
  const bind = async (name: string, id: number): Promise<number> => (await control.boundTo(name)) ?? id;
  const databases = createDatabases(config.databases, bind, variables);
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

function nothing(): Promise<void> {
  return Promise.resolve();
}

/** The embedded one is the running service's: another server in its folder would end that. */
async function openControl(
  settings: ServiceSettings,
  { control }: ServerConfig,
  variables: Variables,
): Promise<ReadableControl> {
  if (control !== undefined) return openControlForReading(await resolveSecret(control.url, variables));
  const directory = resolve(dataFolder(settings, 'control'));
  const url = await runningServerUrl(directory, 'postgres');
  if (url !== null) return openControlForReading(url);
  throw new SettingsError(
    `No control database is configured, so the service's own was expected to be up in ${directory}; it is not. ` +
      'Start the service (`tidegate start`) on this machine, or name a control database in its file.',
  );
}
